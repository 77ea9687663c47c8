// A date that is set back while a server hangs. In a file of its own, since the date is that of all tests in it.
import test, { type ExecutionContext } from 'ava';
import { needsStandIn } from '../oneServer/server.js';
import { collect, event, failsWith, newCategory } from './events.js';
import { openStore, startStandIn } from './eventstoredb-engine.js';

const onStandIn = needsStandIn(test);
const quick = { appendTimeoutMs: 900, readTimeoutMs: 900 };

const setBackByAnHour = (t: ExecutionContext): void => {
  const { now } = Date;
  Date.now = () => now() - 3_600_000;
  t.teardown(() => {
    Date.now = now;
  });
};

/** Fails within the time limit of a test: an hour is beyond it. */
const hanging = async (t: ExecutionContext) => {
  const server = await startStandIn(t);
  const store = await openStore(t, { connectionString: server.connectionString, ...quick });
  const stream = `${newCategory()}-1`;
  await store.append(stream, [event()]);
  server.wire.freeze();
  t.teardown(() => server.wire.thaw());
  return { server, store, stream };
};

onStandIn('an append ends at its deadline, though the date is set back meanwhile', async (t) => {
  const { store, stream } = await hanging(t);
  const appending = failsWith(t, 'unavailable', store.append(stream, [event()]));
  setBackByAnHour(t);
  await appending;
});

onStandIn('a reading ends at its deadline, though the date is set back meanwhile', async (t) => {
  const { store, stream } = await hanging(t);
  const reading = failsWith(t, 'unavailable', collect(store.readStream(stream)));
  setBackByAnHour(t);
  await reading;
});

onStandIn('a server that comes back is found, though the date was set back while it was away', async (t) => {
  const { server, store, stream } = await hanging(t);
  const appending = failsWith(t, 'unavailable', store.append(stream, [event()]));
  setBackByAnHour(t);
  await appending;
  server.wire.thaw();
  const { revision } = await store.append(stream, [event()]);
  t.true(revision > 0n);
});

// What a server says in place of a position must not be taken for one.
import test from 'ava';
import { openEventStoreDBStore } from '../../../src/store/eventstoredb/open.js';
import { needsStandIn } from '../../oneServer/server.js';
import { Network, newFolder, startOn, startServer } from './support.js';

const onStandIn = needsStandIn(test);

const none = '18446744073709551615:18446744073709551615';

onStandIn('texts that wait for their gateway on a fresh store are delivered after a restart', async (t) => {
  const server = await startServer(t);
  const network = await Network.start(t);
  const data = newFolder(t);
  await network.close();
  const first = await startOn(t, server.connectionString, { network, data });
  t.is(await first.say('1', 'echo one'), 200);
  t.is(await first.say('2', 'echo two'), 200);
  t.true(await first.router.stop());
  await network.open();
  await startOn(t, server.connectionString, { network, data, backend: first.backend });
  t.deepEqual(await network.until('1', 1), ['one']);
  t.deepEqual(await network.until('2', 1), ['two']);
});

onStandIn('a connection that breaks on a fresh store costs no text', async (t) => {
  const server = await startServer(t);
  const network = await Network.start(t);
  const { say } = await startOn(t, server.connectionString, { network });
  server.wire.drop();
  for (const phone of ['1', '2', '3', '4', '5']) t.is(await say(phone, `echo to ${phone}`), 200);
  for (const phone of ['1', '2', '3', '4', '5']) t.deepEqual(await network.until(phone, 1), [`to ${phone}`]);
});

onStandIn('what was kept in place of a position is healed at the start, and that is said', async (t) => {
  const server = await startServer(t);
  const network = await Network.start(t);
  const data = newFolder(t);
  await network.close();
  const first = await startOn(t, server.connectionString, { network, data, node: 'n' });
  t.is(await first.say('1', 'echo one'), 200);
  await first.router.stop();
  const store = await openEventStoreDBStore({ connectionString: server.connectionString });
  await store.checkpoints.save(`outbound-${first.backend}`, none);
  const { text, version } = (await store.agreements.read('workers')) ?? { text: '', version: 'none' };
  const group = JSON.parse(text) as { work: Record<string, object> };
  const work = Object.fromEntries(
    Object.entries(group.work).map(([share, held]) => [share, { ...held, mark: none }]),
  );
  await store.agreements.replace('workers', JSON.stringify({ ...group, work }), version);
  await store.close();
  await network.open();
  const again = await startOn(t, server.connectionString, {
    network,
    data,
    node: 'n',
    backend: first.backend,
  });
  t.deepEqual(await network.until('1', 1), ['one']);
  t.is(await again.say('2', 'echo two'), 200);
  t.deepEqual(await network.until('2', 1), ['two']);
  t.is(
    again.lines.filter(({ level, message }) => level === 'warn' && /is no place in the store/.test(message))
      .length,
    2,
  );
});

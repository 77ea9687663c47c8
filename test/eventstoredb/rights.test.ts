// What a user may not do, as it was seen on a secure server.
import { EventStoreDBClient, START } from '@eventstore/db-client';
import test from 'ava';
import { eventually } from '../kannel/support/wait.js';
import { needsStandIn } from '../oneServer/server.js';
import { collect } from '../store/events.js';
import { newStream, noted, revisions, startStandIn, told } from './client.js';
import { authority } from './security.js';
import { StandIn } from './standIn.js';

const onStandIn = needsStandIn(test);

const signed = { credentials: { username: 'router', password: 'secret' } };
const denied = { type: 'access-denied', code: 7, message: '7 PERMISSION_DENIED: Access Denied' };

onStandIn('who may not read $all may do everything else', async (t) => {
  const { server, client } = await startStandIn(t);
  server.rights.take('read', '$all');
  const stream = newStream();
  await client.appendToStream(stream, noted());
  t.deepEqual(await revisions(client, stream), [0]);
  t.like(await t.throwsAsync(collect(client.readAll())), denied);
  const words = told(t, client.subscribeToAll({ fromPosition: START }));
  await eventually('refusal', 5_000, () => words.length > 0);
  t.deepEqual(words, ['error 7']);
  server.rights.grant('read', '$all');
  t.true((await collect(client.readAll())).some(({ event }) => event?.streamId === stream));
});

onStandIn('a subscription ends when its right is taken away', async (t) => {
  const { server, client } = await startStandIn(t);
  const stream = newStream();
  await client.appendToStream(stream, noted());
  const all = told(t, client.subscribeToAll({ fromPosition: START }));
  const one = told(t, client.subscribeToStream(stream, { fromRevision: START }));
  for (const words of [all, one]) await eventually('the event', 5_000, () => words.includes('caught up'));
  server.rights.take('read', '$all');
  await eventually('its end', 5_000, () => all.at(-1) === 'error 7');
  t.is(one.at(-1), 'caught up');
  server.rights.take('read', stream);
  await eventually('its end', 5_000, () => one.at(-1) === 'error 7');
});

onStandIn('appends and metadata are refused by the prefix of the stream', async (t) => {
  const { server, client } = await startStandIn(t);
  const stream = newStream();
  server.rights.take('append', stream.slice(0, 10));
  t.like(await t.throwsAsync(client.appendToStream(stream, noted(), signed)), denied);
  t.like(await t.throwsAsync(client.appendToStream(stream, noted())), { type: 'access-denied', message: '' });
  await client.appendToStream(`other-${stream}`, noted());
  await client.setStreamMetadata(stream, { maxCount: 3 });
  server.rights.take('writeMetadata', stream);
  server.rights.take('readMetadata', stream);
  t.like(await t.throwsAsync(client.setStreamMetadata(stream, {})), { type: 'access-denied' });
  t.like(await t.throwsAsync(client.getStreamMetadata(stream)), denied);
  server.rights.take('delete', stream);
  t.like(await t.throwsAsync(client.deleteStream(stream)), denied);
});

onStandIn('a wrong password is told apart from a missing right by the code alone', async (t) => {
  const server = await StandIn.start({ user: { name: 'router', password: 'secret' } });
  t.teardown(() => server.close());
  const open = (user: string) => {
    const tls = `tls=true&tlsCAFile=${authority}`;
    const client = EventStoreDBClient.connectionString(`esdb://${user}${server.host}:${server.port}?${tls}`);
    t.teardown(() => client.dispose());
    return client;
  };
  server.rights.take('read', '$all');
  for (const [user, code] of [
    ['router:secret@', 7],
    ['router:guessed@', 16],
    ['', 7],
  ] as const) {
    const error = await t.throwsAsync(collect(open(user).readAll()));
    t.like(error, { type: 'access-denied', code }, user);
  }
});

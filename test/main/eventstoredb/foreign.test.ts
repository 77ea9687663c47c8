// Events of others in the same store, some of which look like ours. On a real server as well.
import { EventStoreDBClient, type JSONEventType, jsonEvent } from '@eventstore/db-client';
import test from 'ava';
import { connectionFor } from '../../oneServer/server.js';
import { collect, newCategory } from '../../store/events.js';
import { lettersOn, Network, newFolder, startOn } from './support.js';

const foreign: readonly (readonly [string, unknown])[] = [
  ['MessageSent', [1, 2, 3]],
  ['MessageSent', { text: 'to whom?' }],
  ['MessageSent', { messageId: 7, text: ['x'] }],
  ['MessageReceived', { messageId: 'm' }],
  ['MessageReceived', 'a text'],
  ['MessageAbandoned', []],
  ['RoutingFailed', {}],
  ['MessageRequeued', { messageId: 'm', direction: null }],
  ['DeliveryReported', { messageId: {}, status: 'delivered' }],
  ['SomethingElse', { messageId: 'm' }],
];

test.serial(
  'what others write into a conversation is passed over and told once, whatever name it bears',
  async (t) => {
    const url = await connectionFor(t);
    const client = EventStoreDBClient.connectionString(url);
    t.teardown(() => client.dispose());
    const network = await Network.start(t);
    const data = newFolder(t);
    const backend = newCategory();
    const place = await startOn(t, url, { network, data, backend });
    const write = async (identity: string) => {
      for (const [type, given] of foreign)
        await client.appendToStream(
          place.streamOf(identity),
          jsonEvent<JSONEventType>({ type, data: given as Record<string, string> }),
        );
    };
    await write('1');
    t.is(await place.say('1', 'echo one'), 200);
    await write('1');
    await write('2');
    t.is(await place.say('1', 'echo two'), 200);
    t.is(await place.say('2', 'echo three'), 200);
    t.deepEqual(await network.until('1', 2), ['one', 'two']);
    t.deepEqual(await network.until('2', 1), ['three']);
    const told = place.lines.filter(({ message }) => message.startsWith('someone else has written here'));
    t.is(told.length, 1);
    t.is(told[0]?.level, 'warn');
    t.deepEqual(
      place.lines.filter(({ level }) => level === 'error'),
      [],
    );
    await place.router.stop();

    const again = await startOn(t, url, { network, data, backend });
    t.is(await again.say('1', 'echo four'), 200);
    t.deepEqual(await network.until('1', 3), ['one', 'two', 'four']);
    const letters = await lettersOn(t, url, data);
    const own = (await collect(letters.list())).filter(({ stream }) => stream.includes(backend));
    t.deepEqual(own, []);
  },
);

// What waits for a person, on a server that holds other people's dead letters too.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import type { DeadLetter } from '../../../src/outbound/deadLetter.js';
import { eventually } from '../../kannel/support/wait.js';
import { connectionFor } from '../../oneServer/server.js';
import { collect, newName } from '../../store/events.js';
import { lettersOn, newFolder, startOn } from './support.js';

/** A gateway that refuses texts until it is told better. */
const startPickyGateway = async (t: ExecutionContext) => {
  const gateway = { refuses: true, took: [] as string[], outgoingUrl: '' };
  const server = createServer((request, response) => {
    const text = new URL(request.url ?? '', 'http://gateway').searchParams.get('text') ?? '';
    if (!gateway.refuses) gateway.took.push(text);
    response.writeHead(gateway.refuses ? 400 : 200).end('told');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.close();
    server.closeAllConnections();
  });
  gateway.outgoingUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/?text=%(text)s`;
  return gateway;
};

const thrower = new URL('../../kannel/apps/thrower.js', import.meta.url).pathname;

const startWithLetters = async (t: ExecutionContext) => {
  const connectionString = await connectionFor(t);
  const gateway = await startPickyGateway(t);
  const place = await startOn(t, connectionString, {
    network: gateway,
    backend: newName('picky'),
    node: newName('main'),
    apps: [thrower, 'echo'],
  });
  const letters = await lettersOn(t, connectionString, newFolder(t));
  const own = async (): Promise<readonly DeadLetter[]> =>
    (await collect(letters.list())).filter(({ stream }) => stream.startsWith(place.streamOf('')));
  const untilOwn = (count: number) =>
    eventually(`${count} dead letters`, 20_000, async () => {
      const list = await own();
      return list.length === count && list;
    });
  for (const text of ['echo one', 'throw', 'echo two']) t.is(await place.say('1', text), 200);
  return { place, gateway, letters, own, untilOwn };
};

test.serial('what waits for a person is listed with its reason, and page by page', async (t) => {
  const { letters, untilOwn } = await startWithLetters(t);
  const list = await untilOwn(3);
  const told = list.map(({ direction, text, event }) => `${direction} ${text}: ${event.type}`);
  t.deepEqual(told.toSorted(), [
    'inbound throw: RoutingFailed',
    'outbound one: MessageAbandoned',
    'outbound two: MessageAbandoned',
  ]);
  // The store may have many more before them, of others.
  const [first, second] = list;
  const after = await collect(letters.list({ after: first?.position ?? '', maxCount: 1 }));
  t.deepEqual(
    after.map(({ messageId }) => messageId),
    [second?.messageId],
  );
});

test.serial(
  'a letter that is put back beside the router is delivered, one that is discarded is not',
  async (t) => {
    const { gateway, letters, untilOwn, own } = await startWithLetters(t);
    const list = await untilOwn(3);
    const idOf = (wanted: string) => list.find(({ text }) => text === wanted)?.messageId ?? '';
    gateway.refuses = false;
    await letters.discard(idOf('one'), { by: 'ann' });
    await letters.requeue(idOf('two'), { by: 'ann', why: 'mended' });
    await eventually('the text', 20_000, () => gateway.took.length > 0);
    t.deepEqual(gateway.took, ['two']);
    t.deepEqual(
      (await own()).map(({ text }) => text),
      ['throw'],
    );
    await t.throwsAsync(letters.requeue(idOf('one'), { by: 'bob' }), { code: 'settled' });
  },
);

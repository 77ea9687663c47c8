// A router under load, while operators do to its conversations and its server what they do. On a real server as well.
import { EventStoreDBClient } from '@eventstore/db-client';
import test from 'ava';
import { conversationStream } from '../../../src/domain/connection.js';
import { eventually } from '../../kannel/support/wait.js';
import { newCategory } from '../../store/events.js';
import { letWrite, type Said } from './longRun/phones.js';
import { Random } from './longRun/random.js';
import { Violence } from './longRun/violence.js';
import { Network, type Place, startOn, startServer } from './support.js';

const loadMs = 30_000;
/** A text that waits for longer than this is not excused by what is done to its conversation afterwards. */
const excuseMs = 15_000;
const perHandler = 15;
/** Of these phones' conversations nobody touches any. */
const leftAlone = 5;

/** Who said how often a text was handed over again after an attempt that may have got lost. */
const resumedTexts = async ({ router }: Place): Promise<ReadonlySet<string>> => {
  const texts = new Map<string, string>();
  const resumed = new Set<string>();
  for await (const { type, data } of router.store.readAll({
    filter: { types: ['MessageSent', 'MessageDispatched'] },
  })) {
    const told = data as { messageId: string; text?: string; resumed?: boolean };
    if (type === 'MessageSent') texts.set(told.messageId, told.text ?? '');
    else if (told.resumed) resumed.add(texts.get(told.messageId) ?? '');
  }
  return resumed;
};

/** All that $all still has of a conversation, for people to read. */
const toldOf = async ({ router }: Place, stream: string): Promise<string> => {
  const told: string[] = [];
  for await (const event of router.store.readAll())
    if (event.stream === stream)
      told.push(`${event.revision} ${event.type} ${JSON.stringify(event.data)} at ${event.position}`);
  return told.join('\n');
};

test('whatever operators do at random under load, every other conversation is answered', async (t) => {
  t.timeout(180_000);
  // The suite repeats one run; SEED=… tries another.
  const random = new Random(Number(process.env.SEED ?? 516_173));
  t.log(`SEED=${random.seed}`);
  const server = process.env.EVENTSTORE_URL === undefined ? await startServer(t) : undefined;
  if (server === undefined) t.log('left out on a real server: scavenges, restarts, going back to a backup');
  const url = server?.connectionString ?? process.env.EVENTSTORE_URL ?? '';
  const client = EventStoreDBClient.connectionString(url);
  t.teardown(() => client.dispose());
  const network = await Network.start(t);
  const names = { queued: newCategory(), inline: newCategory() };
  const backend = (handler: 'queued' | 'inline') => ({
    engine: 'http',
    handler,
    outgoingUrl: network.outgoingUrl,
    probe: { firstMs: 50, maxMs: 200 },
  });
  const backends = {
    'my-kannel-backend': null,
    'simple-http': null,
    [names.queued]: backend('queued'),
    [names.inline]: backend('inline'),
  };
  const place = await startOn(t, url, { network, more: { backends } });
  const phones = Object.values(names).flatMap((name, which) =>
    Array.from({ length: perHandler }, (_, nth) => {
      const identity = `${which}${String(nth).padStart(2, '0')}`;
      return { backend: name, identity, stream: conversationStream({ backend: name, identity }) };
    }),
  );
  const touched = phones.filter((_, nth) => nth % perHandler >= leftAlone).map(({ stream }) => stream);

  const untilMs = performance.now() + loadMs;
  const violence = new Violence(client, random, server);
  const [said] = await Promise.all([
    letWrite(place.router.url ?? '', phones, random, untilMs),
    violence.onStreams(touched, untilMs),
    violence.onServer(untilMs),
    violence.onNetwork(network, untilMs),
  ]);

  const isExcused = ({ stream, fromMs, text }: Said): boolean => {
    const takenMs = network.taken.find((taken) => taken.text === text)?.atMs ?? Number.POSITIVE_INFINITY;
    const toMs = Math.min(takenMs, fromMs + excuseMs);
    return violence.mayHaveTaken(stream, fromMs, toMs, excuseMs);
  };
  const answered = new Set<string>();
  const due = said.filter((one) => one.status === 200 && one.fromMs > violence.restoredMs && !isExcused(one));
  const missing = () => {
    for (const { text } of network.taken) answered.add(text);
    return due
      .filter(({ text }) => !answered.has(text))
      .map(({ stream, text, fromMs }) => `${text}: ${violence.storyOf(stream, fromMs)}`);
  };
  await eventually('every text that is due', 60_000, () => missing().length === 0).catch(() => undefined);
  const statuses = [...new Set(said.map(({ status }) => status))].map(
    (status) => `${said.filter((one) => one.status === status).length} × ${status}`,
  );
  t.log(`${said.length} texts (${statuses.join(', ')}), ${due.length} due`);
  t.log(`${violence.acts.length} acts (${violence.refused} refused), ${violence.powers.join(', ')}`);
  for (const one of missing().length > 0 ? due.filter(({ text }) => !answered.has(text)) : [])
    t.log(one.text, await toldOf(place, one.stream));
  t.deepEqual(missing(), []);
  const resumed = await resumedTexts(place);
  const twice = said
    .filter(({ text, identity, fromMs }) => {
      const times = network.of(identity).filter((taken) => taken === text).length;
      return fromMs > violence.restoredMs && times > 1 && !resumed.has(text);
    })
    .map(({ text }) => text);
  t.deepEqual(twice, []);
  await eventually('the router to be ready', 20_000, () => place.ready());
  t.true(await place.router.stop(), 'a stop takes its whole budget');
  t.deepEqual(
    place.lines.filter(({ level, message }) => level === 'error' && /crashed/.test(message)),
    [],
  );
});

// A router under load, while operators do to its conversations and its server what they do. On a real server as well.
import { EventStoreDBClient } from '@eventstore/db-client';
import test from 'ava';
import { conversationStream } from '../../../src/domain/connection.js';
import { StoreError } from '../../../src/store/port.js';
import { eventually } from '../../kannel/support/wait.js';
import { newCategory } from '../../store/events.js';
import { letWrite } from './longRun/phones.js';
import { Random } from './longRun/random.js';
import { Violence } from './longRun/violence.js';
import { Network, type Place, startOn, startServer } from './support.js';

const loadMs = 30_000;
const perHandler = 15;
/** Of these phones' conversations nobody touches any. */
const leftAlone = 5;

/** The words of each text, by message, of all that this server ever held; and what was handed over again, marked. */
interface Heard {
  readonly words: Map<string, string>;
  readonly resumed: Set<string>;
}

const types = ['MessageReceived', 'MessageSent', 'MessageDispatched'];

/** Listens while it happens, since much of it is gone afterwards, until the store is closed. */
const listenTo = async ({ router }: Place, { words, resumed }: Heard): Promise<void> => {
  for (let from: { from?: 'end' } = { from: 'end' }; ; from = {}) {
    try {
      for await (const item of router.store.subscribe({ ...from, filter: { types } })) {
        if (item.kind !== 'event') continue;
        const told = item.event.data as { messageId: string; text?: string; resumed?: boolean };
        if (told.text !== undefined) words.set(told.messageId, told.text.replace(/^echo /, ''));
        if (told.resumed) resumed.add(told.messageId);
      }
    } catch (error) {
      // A server that went back is listened to anew, from its first event on.
      if (!(error instanceof StoreError && error.retryable)) return;
    }
  }
};

/** The messages that the router itself says it gave up, since there was nothing left of their conversation. */
const givenUp = ({ lines }: Place): readonly string[] =>
  lines
    .filter(({ message }) => /^not (routed|handed over): (its conversation|what was decided)/.test(message))
    .map(({ fields }) => String(fields.messageId));

/** All that $all still has of a conversation, for people to read. */
const toldOf = async ({ router }: Place, stream: string): Promise<string> => {
  const told: string[] = [];
  for await (const event of router.store.readAll())
    if (event.stream === stream)
      told.push(`${event.revision} ${event.type} ${JSON.stringify(event.data)} at ${event.position}`);
  return told.join('\n');
};

test('whatever operators do at random under load, each text is answered, or it is told why not', async (t) => {
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

  const heard: Heard = { words: new Map(), resumed: new Set() };
  void listenTo(place, heard);
  const untilMs = performance.now() + loadMs;
  const violence = new Violence(client, random, server);
  const [said] = await Promise.all([
    letWrite(place.router.url ?? '', phones, random, untilMs),
    violence.onStreams(touched, untilMs),
    violence.onServer(untilMs),
    violence.onNetwork(network, untilMs),
  ]);

  const due = said.filter((one) => one.status === 200 && one.fromMs > violence.restoredMs);
  // Nothing is lost without a word, and that only of conversations that someone touched.
  const missing = () => {
    const answered = new Set(network.taken.map(({ text }) => text));
    const told = new Set(givenUp(place).map((messageId) => heard.words.get(messageId)));
    return due.filter(
      ({ text, stream }) => !answered.has(text) && !(told.has(text) && touched.includes(stream)),
    );
  };
  await eventually('every text that is due', 60_000, () => missing().length === 0).catch(() => undefined);
  const statuses = [...new Set(said.map(({ status }) => status))].map(
    (status) => `${said.filter((one) => one.status === status).length} × ${status}`,
  );
  t.log(
    `${said.length} texts (${statuses.join(', ')}), ${due.length} due, ${givenUp(place).length} given up`,
  );
  t.log(`${violence.acts.length} acts (${violence.refused} refused), ${violence.powers.join(', ')}`);
  for (const { stream, text } of missing()) t.log(text, await toldOf(place, stream));
  t.deepEqual(
    missing().map(({ stream, text, fromMs }) => `${text}: ${violence.storyOf(stream, fromMs)}`),
    [],
  );
  const resumed = new Set([...heard.resumed].map((messageId) => heard.words.get(messageId)));
  const twice = said.filter(({ text, identity, fromMs }) => {
    const times = network.of(identity).filter((taken) => taken === text).length;
    return fromMs > violence.restoredMs && times > 1 && !resumed.has(text);
  });
  t.deepEqual(
    twice.map(({ text }) => text),
    [],
  );
  await eventually('the router to be ready', 20_000, () => place.ready());
  t.true(await place.router.stop(), 'a stop takes its whole budget');
  t.deepEqual(
    place.lines.filter(({ level, message }) => level === 'error' && /crashed/.test(message)),
    [],
  );
});

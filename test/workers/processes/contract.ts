import { randomUUID } from 'node:crypto';
import type { ExecutionContext, TestFn } from 'ava';
import type { RecordedEvent } from '../../../src/domain/event.js';
import type {
  MessageDispatched,
  MessageReceived,
  MessageRouted,
  MessageSent,
} from '../../../src/domain/events.js';
import { systemClock } from '../../../src/main/clock.js';
import { createPauses } from '../../../src/outbound/pauses.js';
import type { OpenStore } from '../../../src/store/port.js';
import { eventually, within } from '../../kannel/support/wait.js';
import { newName } from '../../store/events.js';
import type { SharedEngine, SharedStore } from './engine.js';
import { beatMs, type Colleague, startTeam, type Team, takeoverMs, untilShared } from './team.js';

/** What several processes on one store promise, whichever engine it is. */
export const processesContract = (test: TestFn, engine: SharedEngine): void => {
  test.serial(
    '2,000 texts of 1,000 phones are answered once and in order while workers come, go and die',
    async (t) => {
      t.timeout(150_000);
      const team = await startTeam(t, await engine(t));
      const main = await team.serve('main', '--no-routing');
      const [one, two] = await Promise.all([team.worker('one'), team.worker('two')]);
      const traffic = trafficOf(1_000, 2_000);
      const sent = sendAll(team, main, traffic, 60);
      const after = (share: number) => team.phones.until(() => team.phones.count >= traffic.length * share);
      await after(0.15);
      const three = await team.worker('three');
      await after(0.3);
      await one.kill9();
      await after(0.45);
      const four = await team.worker('four');
      await two.stop();
      await after(0.65);
      await three.kill9();
      const again = await team.worker('three');
      await after(0.8);
      await four.stop();
      await sent;
      await after(1);
      await again.stop();
      await main.stop();
      const events = await team.events();
      t.is(dataOf<MessageReceived>(events, 'MessageReceived').length, traffic.length);
      answeredOnceInOrder(t, events);
      for (const identity of new Set(traffic.map((text) => text.identity))) {
        const texts = traffic.filter((text) => text.identity === identity).map(({ text }) => text);
        t.deepEqual(team.phones.of(identity), texts, identity);
      }
    },
  );

  test.serial("a dead worker's conversations go on after the takeover time", async (t) => {
    t.timeout(60_000);
    const team = await startTeam(t, await engine(t));
    const main = await team.serve('main', '--no-routing');
    const [one, two] = await Promise.all([team.worker('one'), team.worker('two')]);
    await untilShared([one, two], (counts) => counts.every((count) => count === 16));
    await one.kill9();
    const killedMs = performance.now();
    await Promise.all(Array.from({ length: 100 }, (_, nth) => team.send(main, `${nth}`, 'echo x')));
    await team.phones.until(() => team.phones.count === 100);
    const tookMs = performance.now() - killedMs;
    t.log(`${Math.round(tookMs)} ms, with a beat of ${beatMs} ms and a takeover time of ${takeoverMs} ms`);
    t.true(tookMs > takeoverMs / 2, 'it has been waited for');
    answeredOnceInOrder(t, await team.events());
  });

  test.serial(
    'a worker that froze and wakes up again after others took its work does nothing twice',
    async (t) => {
      t.timeout(60_000);
      const team = await startTeam(t, await engine(t));
      const main = await team.serve('main', '--no-routing');
      const [one, two] = await Promise.all([team.worker('one'), team.worker('two')]);
      await untilShared([one, two], (counts) => counts.every((count) => count === 16));
      const traffic = trafficOf(100, 400);
      const sent = sendAll(team, main, traffic, 30);
      await team.phones.until(() => team.phones.count >= 50);
      await freezeUnlocked(one, team.store);
      await team.phones.until(() => team.phones.count >= 400);
      await sent;
      one.thaw();
      await untilShared([one, two], (counts) => counts.every((count) => count === 16));
      await sendAll(team, main, trafficOf(100, 100), 30);
      await team.phones.until(() => team.phones.count >= 500);
      const events = await team.events();
      t.is(dataOf<MessageReceived>(events, 'MessageReceived').length, 500);
      answeredOnceInOrder(t, events);
      t.is(team.phones.count, 500);
    },
  );

  test.serial(
    'a lane goes on elsewhere when its process dies, and says what may have been sent twice',
    async (t) => {
      t.timeout(60_000);
      const team = await startTeam(t, await engine(t), { handler: 'inline' });
      const [dying, living] = await twoRouters(team);
      const traffic = trafficOf(40, 300);
      const sent = sendAll(team, living, traffic, 20);
      await team.phones.until(() => team.phones.count >= 60);
      await dying.kill9();
      await sent;
      const events = await eventually('every text to be handed over', 20_000, async () => {
        const so = await team.events();
        return dataOf(so, 'MessageDispatched').length >= traffic.length ? so : undefined;
      });
      answeredOnceInOrder(t, events);
      twiceOnlyIfMarked(t, team, traffic, events);
      t.true((await living.work()).own.outbound.includes(team.backend));
    },
  );

  test.serial(
    'a lane that a person has paused stays so for who takes it over from a dead process',
    async (t) => {
      t.timeout(60_000);
      const team = await startTeam(t, await engine(t), { handler: 'inline' });
      const [dying, living] = await twoRouters(team);
      const store = await team.store.open();
      t.teardown(() => store.close());
      const pauses = createPauses(store, systemClock, randomUUID);
      await pauses.pause(team.backend, 'ann', 'repair');
      await untilPaused(dying, team.backend, 0);
      const traffic = trafficOf(10, 50);
      await sendAll(team, living, traffic, 10);
      await untilPaused(dying, team.backend, 50);
      await dying.kill9();
      await untilPaused(living, team.backend, 50);
      t.is(team.phones.count, 0);
      await pauses.resume(team.backend, 'ann');
      await team.phones.until(() => team.phones.count >= 50);
      answeredOnceInOrder(t, await team.events());
    },
  );

  test.serial(
    'a lane whose process froze goes on elsewhere, and the process hands over nothing of that when it wakes up',
    async (t) => {
      t.timeout(60_000);
      const team = await startTeam(t, await engine(t), { handler: 'inline' });
      const [frozen, living] = await twoRouters(team);
      const [before, meanwhile, after] = [
        trafficOf(20, 100, 'b'),
        trafficOf(20, 200, 'm'),
        trafficOf(20, 100, 'a'),
      ];
      await sendAll(team, living, before, 20);
      await team.phones.until(() => team.phones.count >= 100);
      await freezeUnlocked(frozen, team.store);
      // What is decided now lies in the frozen process's way when it wakes up.
      await sendAll(team, living, meanwhile, 20);
      await team.phones.until(() => team.phones.count >= 300);
      frozen.thaw();
      await sendAll(team, living, after, 20);
      await team.phones.until(() => team.phones.count >= 400);
      await untilShared([frozen, living], (counts) => counts.every((count) => count === 16));
      twiceOnlyIfMarked(t, team, [...before, ...meanwhile, ...after], await team.events());
    },
  );
};

/** A second copy is possible of what was in flight when a process ended, and is marked then. */
const twiceOnlyIfMarked = (
  t: ExecutionContext,
  team: Team,
  traffic: readonly Text[],
  events: readonly RecordedEvent[],
): void => {
  const resumed = dataOf<MessageDispatched>(events, 'MessageDispatched').filter((data) => data.resumed);
  const twice = [...new Set(traffic.map(({ identity }) => identity))].flatMap((identity) => {
    const texts = team.phones.of(identity);
    return texts.filter((text, index) => texts.indexOf(text) !== index);
  });
  t.log(`${twice.length} came twice, ${resumed.length} are marked`);
  const sentTexts = new Map(
    dataOf<MessageSent>(events, 'MessageSent').map(({ messageId, text }) => [messageId, text]),
  );
  const marked = new Set(resumed.map(({ messageId }) => sentTexts.get(messageId)));
  t.deepEqual(
    twice.filter((text) => !marked.has(text)),
    [],
  );
};

/** Who has the lane, and the other. */
const twoRouters = async (team: Team): Promise<readonly [Colleague, Colleague]> => {
  const [one, two] = await Promise.all([team.serve('one'), team.serve('two')]);
  return (await one.work()).own.outbound.includes(team.backend) ? [one, two] : [two, one];
};

/** Waits until a person's pause is heard there, and so many texts wait. */
const untilPaused = ({ url }: Colleague, backend: string, waiting: number): Promise<true> =>
  eventually(`${waiting} texts to wait`, 20_000, async () => {
    const { lanes } = (await (await fetch(`${url}/readyz`)).json()) as {
      lanes: readonly { readonly backend: string; readonly by?: string; readonly waiting: number }[];
    };
    const lane = lanes.find((one) => one.backend === backend);
    return (lane?.by === 'ann' && lane.waiting === waiting) || undefined;
  });

/** Freezes it at a moment when it holds no lock of the store: else, on one file, everyone would have to wait for it. */
const freezeUnlocked = async (colleague: Colleague, shared: SharedStore): Promise<void> => {
  const store = await shared.open();
  for (;;) {
    colleague.freeze();
    try {
      // Soon: while it is frozen with the lock, what the others take is refused after five seconds.
      await within('a free store', 500, probe(store));
      break;
    } catch {
      colleague.thaw();
    }
  }
  await store.close();
};

const probe = async ({ agreements }: OpenStore): Promise<void> => {
  await agreements.replace(newName('probe'), 'x', 'none');
};

interface Text {
  readonly identity: string;
  readonly text: string;
}

/** Texts of so many phones, each of its own words. Some phones send many. */
const trafficOf = (phones: number, texts: number, word = 't'): readonly Text[] => {
  const busy = Math.max(1, Math.round(phones / 20));
  return Array.from({ length: texts }, (_, nth) => ({
    identity: `${nth < phones ? nth : nth % busy}`,
    text: `${word}${nth}`,
  }));
};

/** Sends them, the next of a phone when the one before is taken, so many phones at a time. */
const sendAll = async (
  team: Team,
  to: Colleague,
  traffic: readonly Text[],
  parallel: number,
): Promise<void> => {
  const waiting = new Map<string, Text[]>();
  for (const text of traffic) waiting.set(text.identity, [...(waiting.get(text.identity) ?? []), text]);
  const phones = [...waiting.values()];
  const send = async (): Promise<void> => {
    for (let phone = phones.pop(); phone !== undefined; phone = phones.pop()) {
      for (const { identity, text } of phone) await team.send(to, identity, `echo ${text}`);
    }
  };
  await Promise.all(Array.from({ length: parallel }, send));
};

const dataOf = <Event extends { readonly data: object }>(
  events: readonly RecordedEvent[],
  type: string,
): readonly Event['data'][] => events.filter((event) => event.type === type).map(({ data }) => data);

/** Each message has one MessageRouted and one MessageSent, in the order in which its conversation's were received. */
const answeredOnceInOrder = (t: ExecutionContext, events: readonly RecordedEvent[]): void => {
  const received = dataOf<MessageReceived>(events, 'MessageReceived').map(({ messageId }) => messageId);
  const routed = dataOf<MessageRouted>(events, 'MessageRouted').map(({ messageId }) => messageId);
  const answered = dataOf<MessageSent>(events, 'MessageSent').map(({ inResponseTo }) => inResponseTo ?? '');
  t.deepEqual(routed.toSorted(), received.toSorted(), 'one MessageRouted a message');
  t.deepEqual(answered.toSorted(), received.toSorted(), 'one MessageSent a message');
  const byStream = new Map<string, string[]>();
  for (const { stream, type, data } of events) {
    const { text = '' } = data as { readonly text?: string };
    const list = byStream.get(`${stream} ${type}`) ?? [];
    byStream.set(`${stream} ${type}`, [...list, text.replace(/^echo /, '')]);
  }
  for (const identity of new Set(events.map(({ stream }) => stream))) {
    t.deepEqual(
      byStream.get(`${identity} MessageSent`),
      byStream.get(`${identity} MessageReceived`),
      identity,
    );
  }
};

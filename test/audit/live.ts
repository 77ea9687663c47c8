// What is followed live, on every engine.
import type { ExecutionContext, TestFn } from 'ava';
import { v7 } from 'uuid';
import { follow } from '../../src/audit/live/follow.js';
import { liveQuestion } from '../../src/audit/live/question.js';
import type { Asked } from '../../src/audit/reading.js';
import { conversationStream } from '../../src/domain/connection.js';
import type { RecordedEvent } from '../../src/domain/event.js';
import type { OpenStore } from '../../src/store/port.js';
import { event } from '../store/events.js';

const at = '2026-01-02T03:04:05.000Z';
const asking = (asked: Asked) =>
  liveQuestion(asked, { now: Date.now(), zone: 'UTC', called: (part) => part });

/** Takes what comes, until it has so many; then it is ended. */
const taken = async (events: AsyncGenerator<RecordedEvent>, count: number): Promise<RecordedEvent[]> => {
  const found: RecordedEvent[] = [];
  for await (const one of events) {
    found.push(one);
    if (found.length === count) break;
  }
  return found;
};

const idsOf = (events: readonly RecordedEvent[]): readonly string[] => events.map(({ id }) => id);

/** A conversation of its own: others write to a shared server, too. */
const conversation = (identity = '+256772000375') => {
  const backend = `live-${v7().slice(-8)}`;
  const stream = conversationStream({ backend, identity });
  const happened = (type: string, data: object) => event({ type, data: { messageId: v7(), ...data } });
  return { backend, stream, happened };
};

export const declareLive = (
  name: string,
  test: TestFn,
  open: (t: ExecutionContext) => Promise<OpenStore>,
): void => {
  test.serial(
    `${name}: what is stored is told as it comes, in order, what is not wanted is not`,
    async (t) => {
      const store = await open(t);
      const { backend, stream, happened } = conversation();
      const stop = new AbortController();
      const all = taken(follow(store, asking({ backend: [backend] }), stop.signal), 4);
      const failures = taken(
        follow(store, asking({ backend: [backend], code: ['throttled'] }), stop.signal),
        1,
      );
      const wanted = [
        happened('MessageReceived', { text: 'one', receivedAt: at }),
        happened('MessageRouted', { outcome: 'handled', app: 'x', trace: [], routedAt: at }),
        happened('DispatchFailed', { attempt: 1, code: 'throttled', detail: '', failedAt: at }),
        happened('x.Fact', {}),
      ];
      // Whoever follows from now on has asked before this is stored.
      await store.append(`other-${backend}`, [event()]);
      for (const one of wanted) await store.append(stream, [one]);
      t.deepEqual(idsOf(await all), idsOf(wanted as never));
      t.deepEqual(idsOf(await failures), [wanted[2]?.id]);
      stop.abort();
    },
  );

  test.serial(
    `${name}: after an event that is known it goes on without a gap, and from a time on`,
    async (t) => {
      const store = await open(t);
      const { backend, stream, happened } = conversation();
      const texts = ['one', 'two', 'three'].map((text) =>
        happened('MessageReceived', { text, receivedAt: at }),
      );
      for (const text of texts) await store.append(stream, [text]);
      const stop = new AbortController();
      const first = await taken(follow(store, asking({ backend: [backend], since: ['1h'] }), stop.signal), 3);
      t.deepEqual(idsOf(first), idsOf(texts as never));
      const [known] = first;
      const rest = taken(
        follow(store, asking({ backend: [backend], after: [known?.position ?? ''] }), stop.signal),
        3,
      );
      const late = happened('MessageReceived', { text: 'four', receivedAt: at });
      await store.append(stream, [late]);
      t.deepEqual(idsOf(await rest), [...idsOf(texts as never).slice(1), late.id]);
      stop.abort();
    },
  );

  test.serial(`${name}: it ends when it is told to, though nothing comes`, async (t) => {
    const store = await open(t);
    const stop = new AbortController();
    const ended = taken(follow(store, asking({ type: ['Never'] }), stop.signal), 1);
    stop.abort();
    t.deepEqual(await ended, []);
  });

  test.serial(`${name}: a place that is none is refused at once, with a sentence`, async (t) => {
    const store = await open(t);
    t.throws(() => follow(store, asking({ after: ['nowhere'] }), new AbortController().signal), {
      message: 'after: expected the position of an event of this store, got “nowhere”.',
    });
  });
};

import test from 'ava';
import type { RecordedEvent } from '../../src/domain/event.js';
import type { Request } from '../../src/outbound/conversationEvents.js';
import { Progress } from '../../src/outbound/progress.js';
import type { EventStore } from '../../src/store/port.js';

const stream = 'conversation-kannel:1';

const event = (revision: number, type: string, messageId: string): RecordedEvent => ({
  stream,
  revision: BigInt(revision),
  position: `${revision}`,
  id: `00000000-0000-7000-8000-${String(revision).padStart(12, '0')}`,
  type,
  data: { messageId, text: 'hi' },
  metadata: { $correlationId: messageId, schema: 1 },
  recordedAt: '2026-01-01T00:00:00.000Z',
});

const history = [
  event(0, 'MessageSent', 'a'),
  event(1, 'MessageDispatched', 'a'),
  event(2, 'MessageSent', 'b'),
  event(3, 'MessageSent', 'c'),
  event(4, 'MessageSent', 'd'),
];

/** What becomes of the texts when the stream is cut after the first was asked about. */
const afterCut = async (shown: readonly RecordedEvent[]) => {
  let events: readonly RecordedEvent[] = history;
  const store = {
    async *readStream(_: string, { from }: { readonly from: bigint }) {
      yield* events.filter(({ revision }) => revision >= from);
    },
  };
  const cutAway: string[] = [];
  const progress = new Progress(store as unknown as EventStore, ({ data }) => cutAway.push(data.messageId));
  const [first, ...others] = history.filter(({ type }) => type === 'MessageSent') as unknown as Request[];
  if (first === undefined) throw new Error('No text.');
  const open = [await progress.of(first)];
  events = shown;
  for (const other of others) open.push(await progress.of(other));
  return { open: open.flatMap((message) => message?.messageId ?? []), cutAway };
};

test('of each text that its stream does not show any more it is told, wherever the reading was', async (t) => {
  t.deepEqual(await afterCut(history), { open: ['b', 'c', 'd'], cutAway: [] });
  t.deepEqual(await afterCut(history.slice(4)), { open: ['d'], cutAway: ['b', 'c'] });
  t.deepEqual(await afterCut([]), { open: [], cutAway: ['b', 'c', 'd'] });
});

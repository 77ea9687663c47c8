import test from 'ava';
import { LastLines } from '../../src/replay/lastLines.js';
import type { Replayed } from '../../src/replay/replayed.js';
import { Tally } from '../../src/replay/tally.js';

const decided = { kind: 'routed', outcome: 'handled', app: 'a', texts: [], facts: [] } as const;
const different = (messageId: string): Replayed =>
  ({
    messageId,
    kind: 'otherText',
    shown: {
      connection: { backend: 'b', identity: '1' },
      receivedAt: '2026-03-01T00:00:00.000Z',
      revision: 0,
      text: 'x',
      before: [],
      recorded: decided,
      rerun: decided,
      calls: [],
      isConsequence: false,
    },
  }) as unknown as Replayed;

test('a conversation that was under way when a replay was stopped counts once', (t) => {
  const first = new Tally(0);
  first.count({ otherText: 1 });
  first.differ(different('m1'));
  const second = new Tally(0, JSON.parse(JSON.stringify(first.state())));
  second.count({ otherText: 1 });
  second.differ(different('m2'));
  t.deepEqual(second.state().counts.otherText, { count: 2, causes: 2, conversations: 1 });
});

test('what a newer version keeps in place of a text is shown as it is', (t) => {
  const lines = new LastLines();
  const received = (messageId: string, text: unknown) => ({
    id: messageId,
    type: 'MessageReceived',
    data: { messageId, text, receivedAt: 17 },
    metadata: { $correlationId: messageId, schema: 2 },
  });
  lines.add(received('m1', { value: 'สวัสดี', language: 'th' }));
  lines.add(received('m2', 'hello'));
  t.deepEqual(lines.before('m2'), [{ way: 'in', text: '{"value":"สวัสดี","language":"th"}', at: '17' }]);
});

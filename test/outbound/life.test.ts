import { readFileSync } from 'node:fs';
import test from 'ava';
import { outboundLife } from '../../src/domain/outboundMessage.js';
import { freshHandover, type HandoverState, handoverLife, moveTo } from '../../src/outbound/handover.js';
import { laneLife } from '../../src/outbound/laneStatus.js';

type Life = Readonly<Record<string, readonly string[]>>;

const namesIn = (cell = ''): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);

/** The tables of a chapter, each as what may follow on what. */
const tablesOf = (chapter: string): Life[] =>
  chapter
    .split(/\n\n/)
    .filter((block) => block.startsWith('| '))
    .map((block) => {
      const [, , ...rows] = block.split('\n').map((row) => row.split('|'));
      return Object.fromEntries(rows.map(([, state, , next]) => [namesIn(state)[0], namesIn(next)]));
    });

test('docs/architecture.md shows the life of a text and of a lane as the code knows it', (t) => {
  const docs = readFileSync('docs/architecture.md', 'utf8');
  const [, after = ''] = docs.split('### The life of a text');
  const [chapter = ''] = after.split(/\n##/);
  t.deepEqual(tablesOf(chapter.trim()), [outboundLife, handoverLife, laneLife]);
});

test('a text in the hands of a lane takes no step that its life does not have', (t) => {
  const sent = {
    type: 'MessageSent',
    data: { messageId: 'm', text: 'hi', sentAt: '2026-01-01T00:00:00.000Z' },
    stream: 'conversation-kannel:1',
    revision: 0n,
    position: '1',
    id: 'e',
    metadata: { $correlationId: 'c', schema: 1 },
    recordedAt: '2026-01-01T00:00:00.000Z',
  } as const;
  const states = Object.keys(handoverLife) as HandoverState[];
  for (const state of states) {
    const taken = states.filter((next) => {
      const handover = { ...freshHandover(sent, '1'), state };
      try {
        moveTo(handover, next);
      } catch {
        t.is(handover.state, state);
        return false;
      }
      return handover.state === next;
    });
    t.deepEqual(taken.toSorted(), [...handoverLife[state]].sort(), state);
  }
});

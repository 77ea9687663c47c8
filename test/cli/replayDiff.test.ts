import test from 'ava';
import { LocalClock } from '../../src/cli/clock.js';
import { zone } from '../../src/cli/options.js';
import { differenceLines } from '../../src/cli/replayDiff.js';
import type { ReplayedText } from '../../src/replay/decided.js';
import { rendered } from '../../src/terminal/print.js';

const own = { backend: 'a', identity: '1' };
const text = (said: string, identity = '1'): ReplayedText => ({
  to: { backend: 'a', identity },
  text: said,
  app: 'x',
});

/** The lines of what was and is decided, without the apps. */
const lines = (then: readonly ReplayedText[], now: readonly ReplayedText[]): readonly string[] => {
  const decided = { kind: 'routed', outcome: 'handled', app: 'x', facts: [] } as const;
  const shown = {
    recorded: { ...decided, texts: then },
    rerun: { ...decided, texts: now },
    differs: [],
    text: 'hi',
    receivedAt: '2026-01-02T03:04:05.000Z',
    isConsequence: false,
    connection: own,
    calls: [],
    before: [],
    revision: 1,
  };
  const look = { clock: new LocalClock(zone('UTC')), width: undefined, hasUtf8: true };
  return differenceLines({ kind: 'otherText', messageId: 'm', shown }, look)
    .slice(2)
    .map((line) => rendered(line, false).trim().replace('  (x)', ''))
    .filter((line) => !line.startsWith('~'));
};

test('what is the same stands once, wherever something came or went before it', (t) => {
  t.deepEqual(lines([text('told')], [text('come at nine', '2'), text('told')]), [
    '+ ◂ to 2: come at nine',
    '◂ told',
  ]);
  t.deepEqual(lines([text('one'), text('two'), text('three')], [text('two'), text('four')]), [
    '- ◂ one',
    '◂ two',
    '- ◂ three',
    '+ ◂ four',
  ]);
  t.deepEqual(lines([text('one'), text('two')], [text('two'), text('one')]).length, 3);
  t.deepEqual(lines([text('one')], [text('other')]), ['- ◂ one', '+ ◂ other']);
});

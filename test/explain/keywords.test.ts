import test from 'ava';
import { nearMissIn } from '../../src/cli/story/decision.js';
import type { TraceEntry } from '../../src/domain/events.js';
import { nearMiss } from '../../src/explain/keywords.js';

for (const [text, keywords, nearest] of [
  ['reprot 3 malaria', ['report', 'register'], 'report'],
  ['Reportt: 3', ['report'], 'report'],
  ['regster Asha', ['report', 'register'], 'register'],
  ['stpo', ['stop', 'start'], undefined],
  ['sto', ['stop', 'start'], 'stop'],
  ['go', ['no', 'to'], undefined],
  ['join  culb 3', ['join club'], 'join club'],
  ['ripoti 5', ['report'], undefined],
  ['', ['report'], undefined],
  // It is one, whatever it looks like besides.
  ['report', ['reports', 'report'], undefined],
] as const)
  test(`what "${text}" begins with is near to ${nearest ?? 'none'} of ${keywords.join(', ')}`, (t) => {
    t.is(nearMiss(text, keywords)?.nearest, nearest);
  });

test('a call that took nothing tells what its keywords missed in the text that it was given', (t) => {
  const entry = (phase: TraceEntry['phase'], app: string, text?: string): TraceEntry => ({
    phase,
    app,
    result: 'none',
    microseconds: 1,
    ...(text === undefined ? {} : { text }),
  });
  const trace = [entry('parse', 'tidy', 'reprot 3'), entry('handle', 'reports'), entry('cleanup', 'reports')];
  const apps = [{ name: 'reports', source: 'x', takes: { keywords: ['report'] } }];
  t.deepEqual(trace.map(nearMissIn('##reprot 3', trace, apps)), [
    undefined,
    '"reprot" is no keyword (nearest: report)',
    undefined,
  ]);
  t.deepEqual(trace.map(nearMissIn('reprot', trace)), [undefined, undefined, undefined]);
});

import test from 'ava';
import { systemClock } from '../../../src/main/clock.js';
import { examine } from '../../../src/programs/doctor/examine.js';
import { thisMachine } from '../../../src/programs/doctor/facts/machine.js';
import { well } from '../../../src/programs/doctor/finding.js';
import { Installation } from '../../../src/programs/doctor/installation.js';

test('a check that throws, and one that never ends, stop no other', async (t) => {
  const installation = new Installation({
    sources: { env: {}, overrides: { workers: { beatMs: 1, takeoverMs: 50 } } },
    machine: thisMachine,
    clock: systemClock,
    limitMs: 50,
  });
  const groups = [
    {
      name: 'ill',
      checks: [
        { about: 'ill.throws', examine: () => Promise.reject(new Error('a reason')) },
        { about: 'ill.hangs', examine: () => new Promise<never>(() => undefined) },
        { about: 'ill.well', examine: async () => [well('ill.well', 'It is well.')] },
      ],
    },
    {
      name: 'next',
      checks: [{ about: 'next.well', examine: async () => [well('next.well', 'It is well.')] }],
    },
  ];
  const told: string[] = [];
  for await (const { group, findings } of examine(groups, installation))
    told.push(...findings.map(({ about, level, says }) => `${group} ${about} ${level}: ${says}`));
  t.deepEqual(told, [
    'ill ill.throws look: This could not be looked at: a reason',
    'ill ill.hangs look: This was given up after 0.1 s.',
    'ill ill.well well: It is well.',
    'next next.well well: It is well.',
  ]);
});

import test from 'ava';
import { defineApp } from '../../src/apps/app.js';
import { LocalClock } from '../../src/cli/clock.js';
import { zone } from '../../src/cli/options.js';
import { claimLines } from '../../src/cli/replayClaims.js';
import { rendered } from '../../src/terminal/print.js';
import { Folder } from './folder.js';

const reports = defineApp({
  name: 'reports',
  handle: (message) => {
    if (message.text.startsWith('fail')) throw new Error('no');
    return message.text.startsWith('report');
  },
});

test('what several apps would handle is told by pair, and what another app would', async (t) => {
  const folder = await Folder.make(t);
  await folder.route([reports], '1 report 3', '1 report help', '1 hello', '2 help', '2 fail');
  const apps = [
    await folder.app(
      'reports.mjs',
      `name: 'reports', handle: ({ text }) => { if (text === 'fail') throw new Error('no'); return text.startsWith('report'); }`,
    ),
    await folder.app(
      'help.mjs',
      `name: 'help', parse: (message) => { message.fields.help = message.text.endsWith('help'); }, handle: (message) => message.fields.help`,
    ),
  ];
  const { claims, total } = await folder.replay(apps, { claims: true });
  t.is(total, 5);
  t.is(claims.overlaps['reports, help']?.count, 1);
  t.is(claims.overlaps['reports, help']?.examples[0]?.text, 'report help');
  t.deepEqual(
    Object.entries(claims.handovers).map(([pair, { count, examples }]) => [pair, count, examples[0]?.text]),
    [['no app → help', 1, 'help']],
  );
});

test('of what several would handle, who reached out is named, and what was not run is not looked at', async (t) => {
  const folder = await Folder.make(t);
  await folder.route([reports], '1 report 3', '1 report help');
  const apps = [
    await folder.app(
      'one.mjs',
      `name: 'one', handle: ({ text }) => Math.random() < 2 && text.startsWith('report')`,
    ),
    await folder.app('two.mjs', `name: 'two', handle: ({ text }) => text.endsWith('help')`),
  ];
  const report = await folder.replay(apps, { claims: true });
  const look = { clock: new LocalClock(zone('UTC')), width: undefined, hasUtf8: true };
  const lines = claimLines({ ...report, total: 3, notRun: 1 }, look).map((line) => rendered(line, false));
  t.true(lines.includes('  one, two  1'));
  t.true(lines.includes('      Math.random (2)'));
  t.is(lines.at(-1), '2 looked at: 2 would be handled by another app, 1 overlap.');
  t.regex(
    claimLines({ ...report, done: 0 }, look).at(-1) ?? '',
    /^Stopped after 0 of 1 conversations: 2 looked at/,
  );
});

import test from 'ava';
import { defineApp } from '../../src/apps/app.js';
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

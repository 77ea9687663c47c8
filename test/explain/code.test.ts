import test from 'ava';
import type { RecordedEvent } from '../../src/domain/event.js';
import { type Code, codeOf, runOf, type Today } from '../../src/explain/code.js';

const stored = (id: string, type: string, data: object): RecordedEvent => ({
  id,
  type,
  data,
  stream: 'x-1',
  revision: 0n,
  position: '1',
  recordedAt: '2026-01-01T00:00:00.000Z',
  metadata: { $correlationId: id, schema: 1 },
});

const reports = { name: 'reports', source: '/srv/1.0/reports.js', sha256: 'aa' };
const ping = { name: 'ping', source: 'built-in' };
const start = (id: string, day: string, version = '1.0.0', apps: readonly object[] = [reports, ping]) =>
  runOf(
    stored(id, 'RouterStarted', {
      version,
      node: 'main',
      nodeVersion: 'v20',
      apps,
      backends: {},
      startedAt: `2026-01-${day}T00:00:00.000Z`,
    }),
  );
const routed = (data: object) =>
  stored('d', 'MessageRouted', { messageId: 'm', routedAt: '2026-01-05T12:00:00.000Z', ...data });
/** The latest first. */
const runs = [start('r3', '06'), start('r2', '05'), start('r1', '01')];
const now: Today = { version: '1.0.0', apps: [{ source: '/srv/2.0/reports.js', sha256: 'aa' }, ping] };

test('a decision names its run', (t) => {
  const code = codeOf(runs, routed({ app: 'reports', by: { node: 'main', run: 'r1' } }), now);
  t.like(code, { run: { id: 'r1' }, isNamed: true, app: reports, today: 'same' });
  t.is(codeOf(runs, routed({ by: { node: 'main', run: 'gone' } }), now), undefined);
});

test('one of before that was recorded goes by the run that had begun last', (t) => {
  t.like(codeOf(runs, routed({ app: 'ping' }), now), { run: { id: 'r2' }, isNamed: false });
  t.is(codeOf([start('r3', '06')], routed({}), now), undefined);
  const failed = stored('f', 'RoutingFailed', {
    messageId: 'm',
    app: 'ping',
    failedAt: '2026-01-02T00:00:00.000Z',
  });
  t.like(codeOf(runs, failed, now), { run: { id: 'r1' } });
});

for (const [title, app, today, expected] of [
  ['the same file in another folder is the same code', 'reports', now, 'same'],
  [
    'a file of that name with something else in it is changed',
    'reports',
    { ...now, apps: [{ source: '/srv/2.0/reports.js', sha256: 'bb' }] },
    'other',
  ],
  ['a file that is not configured any more is gone', 'reports', { ...now, apps: [ping] }, 'gone'],
  [
    'a file that cannot be read is changed',
    'reports',
    { ...now, apps: [{ source: '/srv/1.0/reports.js' }] },
    'other',
  ],
  [
    'another version of the router is other code, whatever the app',
    'ping',
    { ...now, version: '1.1.0' },
    'other',
  ],
  ['what is built in is the same in the same version', 'ping', now, 'same'],
  ['what is built in and not configured any more is gone', 'ping', { ...now, apps: [] }, 'gone'],
  ['where no app decided, the whole list counts', undefined, now, 'same'],
  [
    'where no app decided, another order is other code',
    undefined,
    { ...now, apps: [...now.apps].reverse() },
    'other',
  ],
] as const satisfies readonly (readonly [string, string | undefined, Today, Code['today']])[]) {
  test(title, (t) => {
    const decision = routed({ ...(app === undefined ? {} : { app }), by: { node: 'main', run: 'r1' } });
    t.is(codeOf(runs, decision, today)?.today, expected);
  });
}

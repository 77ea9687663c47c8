import test, { type ExecutionContext } from 'ava';
import { Figures } from '../../src/audit/figures/figures.js';
import { figuresIn } from '../../src/audit/figures/figuresIndex.js';
import { noIndex, StatesIndex } from '../../src/audit/messagesIndex.js';
import { zoneOf } from '../../src/domain/zone.js';
import { ProjectionRun } from '../../src/projections/run.js';
import { type Happening, happened, ours, phone } from '../projections/support/history.js';
import { quickClock } from '../projections/support/world.js';
import { silentLog } from '../support/log.js';
import { now, received, reported, routed, sent, time, told } from './support.js';

const utc = zoneOf('UTC');
const kathmandu = zoneOf('Asia/Kathmandu');
if (utc === undefined || kathmandu === undefined) throw new Error('zones that every Node knows');

const dispatched = (messageId: string, dispatchedAt: string) =>
  happened('MessageDispatched', { messageId, attempt: 1, dispatchedAt }, phone());
const abandoned = (messageId: string, abandonedAt: string) =>
  happened('MessageAbandoned', { messageId, code: 'rejected', attempts: 1, abandonedAt }, phone());
const failed = (messageId: string, failedAt: string) =>
  happened(
    'RoutingFailed',
    { messageId, app: 'x', phase: 'handle', error: 'no', trace: [], failedAt },
    phone(),
  );

const day = async (
  t: ExecutionContext,
  history: readonly Happening[],
  zone = utc,
  played: readonly string[] = [],
) => {
  const figures = await figuresIn((await told(t, history)).states).day({ now, zone, played });
  if (figures === undefined) throw new Error('nothing is counted');
  return figures;
};

test('the last 24 hours are there, each with what came in and went out', async (t) => {
  const { hours, today } = await day(t, [
    received('too-old', time(19, 12)),
    received('a', time(19, 13)),
    received('b', time(20, 0)),
    received('c', time(20, 11, 59)),
    sent('d', time(20, 11, 60)),
    received('e', time(20, 12)),
  ]);
  t.is(hours.length, 24);
  t.deepEqual(hours[0], { since: time(19, 13), in: 1, out: 0 });
  t.deepEqual(hours.at(-2), { since: time(20, 11), in: 1, out: 1 });
  t.deepEqual(hours.at(-1), { since: time(20, 12), in: 1, out: 0 });
  t.deepEqual(today, { since: time(20), in: 3, out: 1 });
});

test('hours and the day are cut as the clocks of the zone show them', async (t) => {
  const { hours, today } = await day(
    t,
    [received('a', time(19, 18)), received('b', time(19, 19))],
    kathmandu,
  );
  // 12:00 UTC is 17:45 there.
  t.is(hours.at(-1)?.since, '2026-03-20T11:15:00.000Z');
  t.is(hours[0]?.since, '2026-03-19T12:15:00.000Z');
  t.deepEqual(today, { since: '2026-03-19T18:15:00.000Z', in: 1, out: 0 });
});

test('played phones do not count', async (t) => {
  const tester = phone('1', 'tester');
  const history = [received('a', time(20, 11)), received('b', time(20, 11), 'hi', tester)];
  const { today, waiting } = await day(t, history, utc, ['tester']);
  t.is(today.in, 1);
  t.is(waiting.messages, 1);
});

test('how long it took is told of answers, of handing over and of delivery', async (t) => {
  const history = Array.from({ length: 100 }, (_, n) => [
    received(`in-${n}`, time(20, 10, 0)),
    routed(`in-${n}`, time(20, 10, n + 1)),
  ]).flat();
  const text = [
    sent('out', time(20, 10)),
    dispatched('out', time(20, 10, 300)),
    reported('out', time(20, 10, 2_300)),
  ];
  const { took } = await day(t, [...history, ...text]);
  t.deepEqual(took, {
    since: time(20),
    answered: { n: 100, p50: 50, p95: 95, p99: 99 },
    handedOver: { n: 1, p50: 300, p95: 300, p99: 300 },
    delivered: { n: 1, p50: 2_000, p95: 2_000, p99: 2_000 },
  });
});

test('what waits is told by kind, with since when the oldest does', async (t) => {
  const { waiting } = await day(t, [
    received('in', time(2)),
    failed('in', time(2, 1)),
    received('later', time(3)),
    failed('later', time(3, 1)),
    sent('gone', time(4)),
    abandoned('gone', time(4, 1)),
    sent('waits', time(5)),
    received('open', time(6)),
  ]);
  t.deepEqual(waiting, {
    messages: 1,
    texts: 1,
    letters: {
      inbound: { n: 2, oldest: time(2, 1) },
      abandoned: { n: 1, oldest: time(4, 1) },
      unclear: { n: 0 },
    },
  });
});

const trace = (
  ...calls: readonly (readonly [app: string, phase: string, microseconds: number, result?: string])[]
) => calls.map(([app, phase, microseconds, result = 'none']) => ({ app, phase, microseconds, result }));
const decided = (at: string, calls: ReturnType<typeof trace>, app = 'echo', stream = phone()) =>
  happened('MessageRouted', { messageId: 'm', outcome: 'handled', app, trace: calls, routedAt: at }, stream);

test('what the apps did is told for some days, by app and phase', async (t) => {
  const { events, states } = await told(t, [
    decided(time(18), trace(['echo', 'handle', 9_000])),
    decided(time(19), trace(['guard', 'filter', 20], ['echo', 'handle', 1_000], ['echo', 'outgoing', 10])),
    decided(time(20), trace(['echo', 'handle', 3_000], ['echo', 'handle', 9_000, 'threw'])),
    decided(time(20), trace(['echo', 'handle', 1]), 'echo', phone('1', 'tester')),
  ]);
  const run = new ProjectionRun(ours('apps'), { store: events, states, clock: quickClock, log: silentLog });
  run.start();
  await run.settled;
  await run.stop();
  const answer = await figuresIn(states).apps({ from: '2026-03-19', to: '2026-03-20', played: ['tester'] });
  t.is(answer.messages, 2);
  t.deepEqual(
    answer.apps.map(({ app }) => app),
    ['guard', 'echo'],
  );
  const [, echo] = answer.apps;
  t.like(echo, { calls: 4, decided: 2, failed: 0, threw: 1, timedOut: 0 });
  // Of what a bucket holds the upper bound is told, but no more than the longest was.
  t.deepEqual(echo?.took, { p50: 1, p95: 9, p99: 9, longest: 9, total: 13.01 });
  t.deepEqual(
    echo?.phases.map(({ phase, calls }) => [phase, calls]),
    [
      ['handle', 3],
      ['outgoing', 1],
    ],
  );
});

test('where nothing is counted it is said, and nothing is told for none', async (t) => {
  const { source, states } = await told(t, [received('a', time(20))]);
  const needs = { ...source, figures: figuresIn(states), played: [], countedAtMost: 100 };
  const apps = await new Figures(needs).apps('2026-03-20', '2026-03-20');
  t.is(apps.figures, undefined);
  t.regex(apps.fresh.said, /not indexed yet/);
  const { figures, fresh } = await new Figures({ ...needs, index: noIndex }).day(utc);
  t.is(figures, undefined);
  t.is(fresh.states, 'none');
});

test('who asks at the same moment gets the same answer, and a moment later a new one', async (t) => {
  const { source, states } = await told(t, [received('a', time(20))]);
  let moment = now;
  const figures = new Figures({
    ...source,
    index: new StatesIndex(states),
    now: () => moment,
    figures: figuresIn(states),
    played: [],
    countedAtMost: 100,
  });
  const first = figures.day(utc);
  t.is(figures.day(utc), first);
  t.not(figures.day(kathmandu), first);
  moment += 1_000;
  t.not(figures.day(utc), first);
  t.is((await first).figures?.today.in, 1);
});

import { readFileSync } from 'node:fs';
import test from 'ava';
import fc from 'fast-check';
import type { Pause } from '../../src/domain/backendPause.js';
import type { Clock } from '../../src/domain/clock.js';
import { outboundLife } from '../../src/domain/outboundMessage.js';
import { CircuitBreaker } from '../../src/outbound/circuitBreaker.js';
import { freshHandover, type HandoverState, handoverLife, moveTo } from '../../src/outbound/handover.js';
import { type LaneState, laneLife, statusOfRun } from '../../src/outbound/laneStatus.js';
import { silentLog } from '../support/log.js';

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

test('a lane follows its life, whatever its gateway, its store and whoever stops it do', (t) => {
  const signs = ['answered', 'unreachable', 'misconfigured', 'unknown'] as const;
  const step = fc.oneof(
    fc.tuple(
      fc.constant('settle' as const),
      fc.constantFrom('flow' as const, 'probe' as const),
      fc.constantFrom(...signs),
    ),
    fc.tuple(fc.constantFrom('store fails', 'store works', 'caught up', 'stop', 'start', 'pause', 'resume')),
  );
  const reached = new Set<string>();
  fc.assert(
    fc.property(fc.array(step, { size: 'max', maxLength: 40 }), (steps) => {
      const clock: Clock = { now: () => 0, steady: () => 0, sleep: () => new Promise(() => undefined) };
      const begun = () => ({
        breaker: new CircuitBreaker(
          { probe: { firstMs: 1, maxMs: 1 }, holdProbeMs: 1 },
          clock,
          () => 0,
          silentLog,
        ),
        isCatchingUp: true,
        waiting: 0,
        inFlight: 0,
      });
      let run: ReturnType<typeof begun> | undefined;
      let failed = 0;
      let pause: Pause | undefined;
      let state: LaneState = 'stopped';
      for (const [what, permit = 'flow', sign = 'unknown'] of steps) {
        if (what === 'stop') run = undefined;
        if (what === 'start' && run === undefined) {
          run = begun();
          run.breaker.pause = pause;
          failed = 0;
        }
        if (what === 'pause' || what === 'resume') {
          pause = what === 'pause' ? { by: 'ann', why: '', since: '2026-01-01T00:00:00.000Z' } : undefined;
          if (run !== undefined) run.breaker.pause = pause;
        }
        if (what === 'settle') run?.breaker.settle(permit, sign, '');
        if (what === 'store fails' && run !== undefined) {
          run.breaker.storeFailed();
          failed += 1;
        }
        if (what === 'store works' && failed > 0) {
          run?.breaker.storeWorks();
          failed -= 1;
        }
        if (what === 'caught up' && run !== undefined) run.isCatchingUp = false;
        const next = run === undefined ? 'stopped' : statusOfRun('x', run).state;
        if (next !== state) {
          t.true(laneLife[state].includes(next), `${state} → ${next}`);
          reached.add(`${state} → ${next}`);
        }
        state = next;
      }
    }),
    // So many that every step of the table is taken.
    { numRuns: 500 },
  );
  t.deepEqual(
    Object.entries(laneLife)
      .flatMap(([from, tos]) => tos.map((to) => `${from} → ${to}`))
      .filter((one) => !reached.has(one)),
    [],
  );
});

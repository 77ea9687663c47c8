import { type Row, ratioRow } from './rows.js';
import { bareKoa, loadFrom, loopDelayOf, resetLoopDelay, router, type Server } from './server.js';

export interface Size {
  /** Pairs of measurements of each row. */
  readonly runs: number;
  readonly requests: number;
  readonly storedEvents: number;
  readonly roundTrips: number;
}

const config = (handler: 'inline' | 'queued') => ({
  apps: ['echo'],
  backends: {
    'my-kannel-backend': null,
    'simple-http': null,
    bench: { engine: 'kannel', handler, sendsmsUrl: 'http://127.0.0.1:1/cgi-bin/sendsms', sendsmsParams: {} },
  },
});

/** Durable inbound HTTP against a Koa handler that stores nothing. */
export const httpRows = async (
  { runs, requests }: Size,
  told: (line: string) => void,
): Promise<readonly Row[]> => {
  const baseline = 'Koa that parses, builds the event, stores nothing';
  const queued = await pairs(
    runs,
    requests,
    () => router(config('queued'), { flags: ['--no-routing', '--no-outbound'] }),
    told,
  );
  const inline = await pairs(
    runs,
    requests,
    () => router(config('inline'), { flags: ['--no-outbound'] }),
    told,
  );
  const delays = [...queued, ...inline].map(({ delay }) => delay);
  return [
    ratioRow(
      {
        what: 'durable inbound HTTP, queued, 64 connections',
        baseline,
        target: { atLeast: 0.7 },
        measuredIn: 'requests/s',
      },
      queued,
    ),
    ratioRow(
      { what: 'the same, inline with echo', baseline, target: { atLeast: 0.45 }, measuredIn: 'requests/s' },
      inline,
    ),
    {
      what: 'event-loop delay p99 under that load',
      baseline: '-',
      target: { lessThan: 20 },
      median: [...delays].sort((a, b) => a - b)[Math.floor(delays.length / 2)] ?? Number.NaN,
      min: Math.min(...delays),
      max: Math.max(...delays),
      unit: 'ms',
      ours: Math.max(...delays),
      measuredIn: 'ms at worst',
    },
  ];
};

const pairs = async (
  runs: number,
  requests: number,
  startOurs: () => Promise<Server>,
  told: (line: string) => void,
): Promise<readonly { ours: number; theirs: number; delay: number }[]> => {
  const results = [];
  const [ours, theirs] = [await startOurs(), await bareKoa()];
  const warmUp = Math.max(500, Math.round(requests / 4));
  for (const server of [ours, theirs]) await loadFrom(urlOf(server), warmUp, 1_000);
  for (let run = 1; run <= runs; run += 1) {
    resetLoopDelay(ours);
    const our = await loadFrom(urlOf(ours), requests, 1_000);
    const delay = await loopDelayOf(ours);
    const their = await loadFrom(urlOf(theirs), requests, 1_000);
    if (our.failed + their.failed > 0) throw new Error(`${our.failed + their.failed} requests failed.`);
    told(
      `run ${run}: ${Math.round(our.perSecond)} : ${Math.round(their.perSecond)} requests/s, loop delay p99 ${delay.toFixed(1)} ms`,
    );
    results.push({ ours: our.perSecond, theirs: their.perSecond, delay });
  }
  await Promise.all([ours.stop(), theirs.stop()]);
  return results;
};

const urlOf = ({ url }: Server): string => `${url}/backend/bench/`;

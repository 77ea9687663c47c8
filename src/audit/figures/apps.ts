import { atShare, type Quantiles } from '../spread.js';

/** What an app did in a time. */
export interface AppFigures {
  readonly app: string;
  readonly calls: number;
  /** Messages whose outcome is by it. */
  readonly decided: number;
  /** Messages that went to the dead letters at it. */
  readonly failed: number;
  /** Calls in which it threw, and that took too long. */
  readonly threw: number;
  readonly timedOut: number;
  readonly took: CallTimes;
  /** In the order in which they are run. */
  readonly phases: readonly PhaseFigures[];
}

export interface PhaseFigures {
  readonly phase: string;
  readonly calls: number;
  readonly threw: number;
  readonly timedOut: number;
  readonly took: CallTimes;
}

/** In milliseconds. The shares are upper bounds, a quarter above what they are at most. */
export interface CallTimes extends Omit<Quantiles, 'n'> {
  readonly longest: number;
  /** Of all calls together. */
  readonly total: number;
}

/** A state of the projection `apps`: projections/apps.js. */
export interface AppDay {
  readonly backend: string;
  readonly messages: number;
  readonly apps: readonly {
    readonly app: string;
    readonly decided: number;
    readonly failed: number;
    readonly phases: readonly PhaseDay[];
  }[];
}

interface PhaseDay {
  readonly phase: string;
  readonly calls: number;
  readonly threw: number;
  readonly timeout: number;
  readonly microseconds: number;
  readonly longest: number;
  /** By upper bound in microseconds. */
  readonly buckets: Readonly<Record<string, number>>;
}

/** All days together. @param played - backends that do not count */
export const appFiguresOf = (
  days: Iterable<AppDay>,
  played: readonly string[],
): { readonly messages: number; readonly apps: readonly AppFigures[] } => {
  const tallies = new Map<string, AppTally>();
  let messages = 0;
  for (const day of days) {
    if (played.includes(day.backend)) continue;
    messages += day.messages;
    for (const { app, decided, failed, phases } of day.apps) {
      const tally = entryOf(tallies, app, () => new AppTally());
      tally.decided += decided;
      tally.failed += failed;
      for (const phase of phases) tally.add(phase);
    }
  }
  return { messages, apps: [...tallies].map(([app, tally]) => tally.figures(app)) };
};

const phaseOrder = ['filter', 'parse', 'handle', 'default', 'cleanup', 'outgoing'];

class AppTally {
  decided = 0;
  failed = 0;
  readonly #phases = new Map<string, CallTally>();
  readonly #all = new CallTally();

  add(day: PhaseDay): void {
    this.#all.add(day);
    entryOf(this.#phases, day.phase, () => new CallTally()).add(day);
  }

  figures(app: string): AppFigures {
    const phases = [...this.#phases].sort(
      ([one], [other]) => phaseOrder.indexOf(one) - phaseOrder.indexOf(other),
    );
    return {
      app,
      decided: this.decided,
      failed: this.failed,
      ...this.#all.figures(),
      phases: phases.map(([phase, tally]) => ({ phase, ...tally.figures() })),
    };
  }
}

class CallTally {
  #calls = 0;
  #threw = 0;
  #timedOut = 0;
  #microseconds = 0;
  #longest = 0;
  readonly #buckets = new Map<number, number>();

  add({ calls, threw, timeout, microseconds, longest, buckets }: PhaseDay): void {
    this.#calls += calls;
    this.#threw += threw;
    this.#timedOut += timeout;
    this.#microseconds += microseconds;
    this.#longest = Math.max(this.#longest, longest);
    for (const [bound, n] of Object.entries(buckets))
      this.#buckets.set(Number(bound), (this.#buckets.get(Number(bound)) ?? 0) + n);
  }

  figures(): Omit<PhaseFigures, 'phase'> {
    const sorted = [...this.#buckets].sort(([one], [other]) => one - other);
    const at = (share: number): number =>
      Math.min(atShare(sorted, this.#calls, share) ?? this.#longest, this.#longest) / 1_000;
    const took = {
      p50: at(0.5),
      p95: at(0.95),
      p99: at(0.99),
      longest: this.#longest / 1_000,
      total: this.#microseconds / 1_000,
    };
    return { calls: this.#calls, threw: this.#threw, timedOut: this.#timedOut, took };
  }
}

const entryOf = <Value>(map: Map<string, Value>, key: string, fresh: () => Value): Value => {
  const known = map.get(key);
  if (known !== undefined) return known;
  const value = fresh();
  map.set(key, value);
  return value;
};

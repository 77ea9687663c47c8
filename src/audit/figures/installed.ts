import type { AppOrigin } from '../../domain/events.js';
import type { AppFigures } from './apps.js';

/** An app that runs, or did something in the time that is asked about. */
export interface ToldApp {
  readonly name: string;
  /** Its place in the order in which apps are asked, from 1 on. Absent: it runs no more. */
  readonly order?: number;
  readonly origin?: AppOrigin;
  /** Absent: it was not called. */
  readonly figures?: AppFigures;
}

/** In the order in which they are asked; those that run no more behind them. */
export const appsTogether = (
  installed: readonly AppOrigin[],
  figures: readonly AppFigures[],
): readonly ToldApp[] => {
  const ofApp = (name: string) => {
    const found = figures.find(({ app }) => app === name);
    return found === undefined ? {} : { figures: found };
  };
  const running = installed.map((origin, place) => ({
    name: origin.name,
    order: place + 1,
    origin,
    ...ofApp(origin.name),
  }));
  const gone = figures
    .filter(({ app }) => !installed.some(({ name }) => name === app))
    .map((those) => ({ name: those.app, figures: those }));
  return [...running, ...gone];
};

/** Calls that failed, however. */
export const failedCalls = ({ threw, timedOut }: Pick<AppFigures, 'threw' | 'timedOut'>): number =>
  threw + timedOut;

/** Those that are slowest, and those that fail most, the slowest first. */
export const worstOf = (figures: readonly AppFigures[], atMost: number): readonly AppFigures[] => {
  const slowest = figures.toSorted((one, other) => other.took.p99 - one.took.p99);
  const failing = figures
    .filter((app) => failedCalls(app) > 0)
    .toSorted((one, other) => failedCalls(other) - failedCalls(one))
    .slice(0, Math.ceil(atMost / 2));
  const rest = slowest.filter((app) => !failing.includes(app)).slice(0, atMost - failing.length);
  return slowest.filter((app) => failing.includes(app) || rest.includes(app));
};

// Loads one app in a thread of its own, so that one that never comes back, ends its process or prints does so there.
import { setTimeout } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { loadApps } from '../../../main/apps.js';
import { ConfigError } from '../../../main/config/config.js';

export interface AppsQuestion {
  readonly entry: string;
  readonly defaultResponse: string;
}

/** An app of the configuration, loaded or not. */
export interface AppAnswer {
  readonly entry: string;
  /** Undefined: it does not load. */
  readonly name?: string;
  readonly source?: string;
  readonly sha256?: string;
  /** Which phases it has. */
  readonly phases?: readonly string[];
  readonly error?: string;
}

/** What was expected is told by the advice. */
const reasonIn = (problem: string): string =>
  problem
    .replace(/^apps\.0: (?:.* whose default export is an app; )?/, '')
    .replace(/ imported from .*$/s, '');

const settlingMs = 300;

const { entry, defaultResponse } = workerData as AppsQuestion;
const answer = async (): Promise<AppAnswer> => {
  try {
    const [loaded] = await loadApps([entry], { defaultResponse });
    const phases = Object.entries(loaded?.app ?? {}).flatMap(([key, value]) =>
      typeof value === 'function' ? [key] : [],
    );
    return { entry, phases, ...loaded?.origin };
  } catch (error) {
    const [problem = ''] = error instanceof ConfigError ? error.problems : [String(error)];
    return { entry, error: reasonIn(problem) };
  }
};
const answered = await answer();
// What it began while it was loaded may fail a moment later, which ends a router.
await setTimeout(settlingMs);
parentPort?.postMessage(answered);

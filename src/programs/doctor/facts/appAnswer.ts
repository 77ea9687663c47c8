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

/** Loads it here. Never rejects. */
export const answerOf = async ({ entry, defaultResponse }: AppsQuestion): Promise<AppAnswer> => {
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

/** What was expected is told by the advice. */
const reasonIn = (problem: string): string =>
  problem
    .replace(/^apps\.0: (?:.* whose default export is an app; )?/, '')
    .replace(/ imported from .*$/s, '');

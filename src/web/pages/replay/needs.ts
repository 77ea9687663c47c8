import type { ReplayRuns } from '../../../replay/runs.js';

/** What the pages ask of the router. */
export interface ReplayPagesNeeds {
  /** Undefined: this router cannot start any, since its events are in memory only, or it is part of another program. */
  readonly runs: Pick<ReplayRuns, 'all' | 'get' | 'isBusy' | 'start' | 'stop'> | undefined;
  readonly backends: readonly string[];
  readonly apps: readonly string[];
}

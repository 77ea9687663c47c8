import { type PhasePorts, PhaseTimeout } from '../apps/phases.js';
import type { Clock } from '../domain/clock.js';

export interface PortNeeds {
  readonly clock: Clock;
  /** Microseconds of a steady clock. */
  readonly microseconds: () => number;
  readonly settings: { readonly phaseTimeoutMs: number };
}

/** What the apps' phases are run with: a limit to their time. */
export const phasePorts = ({ clock, microseconds, settings }: PortNeeds): PhasePorts => ({
  microseconds,
  limit: async (work) => {
    const done = new AbortController();
    const late = clock.sleep(settings.phaseTimeoutMs, done.signal).then(() => {
      throw new PhaseTimeout(`took longer than ${settings.phaseTimeoutMs} ms (routing.phaseTimeoutMs)`);
    });
    try {
      return await Promise.race([work, late]);
    } finally {
      done.abort();
    }
  },
});

import type { Clock } from '../domain/clock.js';
import type { Pulse } from './pulse.js';

/** What one app may take to be loaded, in milliseconds: then it comes to no end, … */
const loadingMs = 5_000;
/** … if it has not only waited for a processor: so much of one was used. */
const loadingWorkMs = 2_000;

/** For how long a thread has not moved, as seen from outside. */
export class Stillness {
  #beat = 0;
  #since: number;
  #worked: number;

  constructor(
    private readonly pulse: Pulse,
    private readonly clock: Clock,
  ) {
    this.#since = clock.steady();
    this.#worked = workedMs();
  }

  /** Looks whether it has moved. @param isBusy - it has something to do */
  look(isBusy: boolean): void {
    const { beat } = this.pulse;
    if (beat === this.#beat && isBusy) return;
    this.#beat = beat;
    this.#since = this.clock.steady();
    this.#worked = workedMs();
  }

  /** Milliseconds since it moved; 0 where it has moved since it was looked at. */
  get ms(): number {
    return this.pulse.beat === this.#beat ? this.clock.steady() - this.#since : 0;
  }

  /** @param patienceMs - for whatever it is at; what loads an app may take longer, and comes to no end sooner */
  isEndless(patienceMs: number): boolean {
    const { ms } = this;
    const isLoading = this.pulse.place.phase === 'load';
    if (isLoading && ms > loadingMs && workedMs() - this.#worked > loadingWorkMs) return true;
    return ms > Math.max(patienceMs, isLoading ? loadingMs : 0);
  }
}

/** What the threads of this process have used of processors. */
const workedMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};

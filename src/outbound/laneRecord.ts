import { type Clock, isoTime } from '../domain/clock.js';
import type { SendErrorCode } from '../domain/events.js';

/** What the gateway of a lane did lately, as this process has seen it. */
export interface Recent {
  /** Since when this process counts: ISO, UTC. */
  readonly since: string;
  /** Texts that the gateway took in each of the last 30 minutes; the last is the one that has begun. */
  readonly minutes: readonly number[];
  /** When it took one last, and when it did not: ISO, UTC. */
  readonly lastTaken?: string;
  readonly lastFailure?: LaneFailure;
}

export interface LaneFailure {
  readonly at: string;
  readonly code: SendErrorCode;
  readonly detail: string;
}

export const recentMinutes = 30;
const minuteMs = 60_000;

/** Counts what the gateway of a lane takes: so that nobody has to read events to tell how fast it is. */
export class LaneRecord {
  readonly #sinceMs: number;
  readonly #minutes: number[] = Array.from({ length: recentMinutes }, () => 0);
  /** The minute that is counted last, on a clock that nobody sets. */
  #minute: number;
  #lastTakenMs: number | undefined;
  #lastFailure: LaneFailure | undefined;

  constructor(private readonly clock: Clock) {
    this.#sinceMs = clock.now();
    this.#minute = this.#now();
  }

  taken(): void {
    this.#turn();
    this.#minutes[recentMinutes - 1] = (this.#minutes[recentMinutes - 1] ?? 0) + 1;
    this.#lastTakenMs = this.clock.now();
  }

  failed(code: SendErrorCode, detail: string): void {
    this.#lastFailure = { at: isoTime(this.clock.now()), code, detail };
  }

  get recent(): Recent {
    this.#turn();
    return {
      since: isoTime(this.#sinceMs),
      minutes: [...this.#minutes],
      ...(this.#lastTakenMs === undefined ? {} : { lastTaken: isoTime(this.#lastTakenMs) }),
      ...(this.#lastFailure === undefined ? {} : { lastFailure: this.#lastFailure }),
    };
  }

  /** Leaves behind the minutes that are over. */
  #turn(): void {
    const over = Math.min(this.#now() - this.#minute, recentMinutes);
    this.#minute = this.#now();
    for (let n = 0; n < over; n += 1) {
      this.#minutes.shift();
      this.#minutes.push(0);
    }
  }

  #now(): number {
    return Math.floor(this.clock.steady() / minuteMs);
  }
}

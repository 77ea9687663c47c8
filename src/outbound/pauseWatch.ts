import { backendCategory, backendOf, type Pause, pauseTypes } from '../domain/backendPause.js';
import type { Clock } from '../domain/clock.js';
import type { RecordedEvent } from '../domain/event.js';
import type { Log } from '../domain/log.js';
import { type EventStore, isRestored, StoreError, type Subscription } from '../store/port.js';
import { tellFailure } from '../store/tell.js';
import { readPause, type Told, toldBy } from './pauses.js';
import { probeDelay, type Random } from './policy.js';

export interface PauseWatchNeeds {
  readonly store: EventStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** Undefined: it may go on. */
type Tell = (pause: Pause | undefined) => void;

interface Followed {
  readonly tell: Tell;
  /** Of the store that `told` is of. */
  timeline: number;
  told: Told;
}

/** After the subscription broke. */
const retry = { firstMs: 500, maxMs: 10_000 };

/**
 * Which backends people have paused, for the lanes of this process. One subscription serves all of them: there are few such events, and a
 * lane whose window is full reads none of its own.
 */
export class PauseWatch {
  readonly #followed = new Map<string, Followed>();
  #subscription: Subscription | undefined;
  #stop: AbortController | undefined;

  constructor(private readonly needs: PauseWatchNeeds) {}

  /** Tells each change, until it is left. How it is now {@link look} tells. */
  follow(backend: string, tell: Tell): void {
    this.#followed.set(backend, { tell, timeline: this.needs.store.timeline, told: {} });
    if (this.#stop !== undefined) return;
    this.#stop = new AbortController();
    void this.#watch(this.#stop.signal);
  }

  leave(backend: string): void {
    this.#followed.delete(backend);
    if (this.#followed.size > 0) return;
    this.#stop?.abort();
    this.#stop = undefined;
    this.#subscription?.close();
  }

  /** As the store has it at this moment. @throws {StoreError} */
  async look(backend: string): Promise<void> {
    const { store } = this.needs;
    const { timeline } = store;
    this.#take(backend, await readPause(store, backend), timeline);
  }

  async #watch(stop: AbortSignal): Promise<void> {
    const { clock, random, log } = this.needs;
    for (let failures = 1; !stop.aborted; failures += 1) {
      try {
        await this.#read(stop, () => {
          failures = 0;
        });
      } catch (error) {
        if (stop.aborted || (error instanceof StoreError && error.code === 'closed')) return;
        if (!isRestored(error))
          tellFailure(log, 'warn', { err: error }, 'pauses of backends cannot be followed: trying again');
      }
      await clock.sleep(probeDelay(Math.max(failures, 1), retry, random), stop);
    }
  }

  async #read(stop: AbortSignal, reached: () => void): Promise<void> {
    const { store } = this.needs;
    const filter = { categories: [backendCategory], types: pauseTypes };
    const { timeline } = store;
    const subscription = store.subscribe({ from: 'end', filter });
    this.#subscription = subscription;
    for await (const item of subscription) {
      if (stop.aborted) return;
      if (item.kind === 'event') this.#hear(item.event, timeline);
      else {
        // What was stored before it began is not told.
        await Promise.all([...this.#followed.keys()].map((backend) => this.look(backend)));
        reached();
      }
    }
  }

  #hear(event: RecordedEvent, timeline: number): void {
    const [backend, told] = [backendOf(event.stream), toldBy(event)];
    if (backend !== undefined && told !== undefined) this.#take(backend, told, timeline);
  }

  /** The later of two counts, in whatever order they come; of a store that was restored the one that is there now. */
  #take(backend: string, told: Told, timeline: number): void {
    const followed = this.#followed.get(backend);
    if (followed === undefined || timeline < followed.timeline) return;
    const isLater = timeline > followed.timeline || (told.revision ?? -1n) > (followed.told.revision ?? -1n);
    if (!isLater) return;
    followed.timeline = timeline;
    followed.told = told;
    followed.tell(told.pause);
  }
}

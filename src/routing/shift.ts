import type { Clock } from '../domain/clock.js';
import { type EventStore, isNoPlace } from '../store/port.js';
import { backOff } from './backOff.js';
import { type Assignment, Marks } from './marks.js';
import type { Task } from './waiting.js';

export interface ShiftNeeds {
  readonly store: Pick<EventStore, 'timeline'>;
  readonly clock: Clock;
  /** Called with what was read and is not routed, when nothing more is done about it here. */
  readonly left: (inHand: readonly Task[], timeline: number) => void;
  /** Called when a run has ended by an error: another begins in a moment. */
  readonly failed: (error: unknown) => void;
  /** One run of the pipeline, until `stop` aborts. */
  readonly run: (marks: Marks<Task>, stop: AbortSignal) => Promise<void>;
}

/** Keeps the pipeline going on one assignment, from `start` to `stop`. A run that ends by an error begins again: what is stored waits for it. */
export class Shift {
  readonly #stop = new AbortController();
  #marks: Marks<Task>;
  #done: Promise<void> | undefined;

  constructor(
    private readonly needs: ShiftNeeds,
    private readonly assignment: Assignment,
  ) {
    this.#marks = new Marks(assignment, needs.store.timeline);
  }

  start(): void {
    if (this.assignment.held.size > 0) this.#done ??= this.#keepRunning();
  }

  /** Takes nothing more; resolves when what is under way is stored. */
  async stop(): Promise<void> {
    if (this.#stop.signal.aborted) return this.#done;
    this.#stop.abort();
    await this.#done;
    const { lowWater, timeline } = this.#marks;
    this.needs.left(lowWater.all, timeline);
  }

  has(share: number): boolean {
    return this.assignment.held.has(share);
  }

  /** Up to where the messages of a share are routed. In a store that was restored since, nobody knows. */
  mark(share: number): string | undefined {
    return this.#marks.timeline === this.needs.store.timeline ? this.#marks.of(share) : undefined;
  }

  /** As far as it has got, to go on from. */
  get standing(): Assignment {
    const { shares, held } = this.assignment;
    return { shares, held: new Map([...held.keys()].map((share) => [share, this.mark(share)])) };
  }

  async #keepRunning(): Promise<void> {
    const { clock, failed, run } = this.needs;
    const { signal } = this.#stop;
    for (let failures = 0; !signal.aborted; failures += 1) {
      try {
        await run(this.#marks, signal);
      } catch (error) {
        failed(error);
        if (isNoPlace(error)) this.#marks = new Marks(this.#fromTheBeginning, this.#marks.timeline);
      }
      if (signal.aborted) return;
      await clock.sleep(backOff(failures), signal);
      this.#marks = new Marks(this.standing, this.needs.store.timeline);
    }
  }

  /** What was routed before is recognised. */
  get #fromTheBeginning(): Assignment {
    const { shares, held } = this.assignment;
    return { shares, held: new Map([...held.keys()].map((share) => [share, undefined])) };
  }
}

import type { Clock } from '../domain/clock.js';
import { isNoPlace, isRestored } from '../store/port.js';
import { backOff } from './backOff.js';
import { type Assignment, Marks } from './marks.js';
import type { Task } from './pipeline.js';

export interface ShiftNeeds {
  readonly clock: Clock;
  /** Called with what was read and is not routed, when nothing more is done about it here. */
  readonly left: (inHand: readonly Task[], timeline: number) => void;
  /** Of the store. */
  readonly timeline: () => number;
  /** Called when a run has ended by an error: another begins in a moment. */
  readonly failed: (error: unknown) => void;
  /** One run of the pipeline, until `stop` aborts. */
  readonly run: (marks: Marks<Task>, stop: AbortSignal) => Promise<void>;
}

/** Keeps the pipeline going on one assignment, from `start` to `stop`. A run that ends by an error begins again: what is stored waits for it. */
export class Shift {
  readonly #stop = new AbortController();
  #marks: Marks<Task>;
  #timeline: number;
  #done: Promise<void> | undefined;

  constructor(
    private readonly needs: ShiftNeeds,
    private readonly assignment: Assignment,
  ) {
    this.#marks = new Marks(assignment);
    this.#timeline = needs.timeline();
  }

  start(): void {
    if (this.assignment.held.size > 0) this.#done ??= this.#keepRunning();
  }

  /** Takes nothing more; resolves when what is under way is stored. */
  async stop(): Promise<void> {
    if (this.#stop.signal.aborted) return this.#done;
    this.#stop.abort();
    await this.#done;
    this.needs.left(this.#marks.lowWater.all, this.#timeline);
  }

  has(share: number): boolean {
    return this.assignment.held.has(share);
  }

  /** Up to where the messages of a share are routed. */
  mark(share: number): string | undefined {
    return this.#marks.of(share);
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
        this.#timeline = this.needs.timeline();
        if (isRestored(error) || isNoPlace(error)) this.#marks = new Marks(this.#fromTheBeginning);
      }
      if (signal.aborted) return;
      await clock.sleep(backOff(failures), signal);
      this.#marks = new Marks(this.standing);
    }
  }

  /** Places in a store mean nothing any more when it was restored. What was routed before is recognised. */
  get #fromTheBeginning(): Assignment {
    const { shares, held } = this.assignment;
    return { shares, held: new Map([...held.keys()].map((share) => [share, undefined])) };
  }
}

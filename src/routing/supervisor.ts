import type { Clock } from '../domain/clock.js';
import { type EventStore, isNoPlace } from '../store/port.js';
import type { Assignment } from './assignment.js';
import { backOff } from './backOff.js';
import { RunProgress } from './progress.js';
import type { Task } from './waiting.js';

export interface SupervisorNeeds {
  readonly store: Pick<EventStore, 'timeline'>;
  readonly clock: Clock;
  /** Called with what was read and is not routed, when nothing more is done about it here. */
  readonly left: (inHand: readonly Task[], timeline: number) => void;
  /** Called when a run has ended by an error: another begins in a moment. */
  readonly failed: (error: unknown) => void;
  /** One run of the pipeline, until `stop` aborts. */
  readonly run: (progress: RunProgress<Task>, stop: AbortSignal) => Promise<void>;
}

/** Keeps the pipeline going on one assignment, from `start` to `stop`. A run that ends by an error begins again: what is stored waits for it. */
export class PipelineSupervisor {
  readonly #stop = new AbortController();
  #progress: RunProgress<Task>;
  #done: Promise<void> | undefined;

  constructor(
    private readonly needs: SupervisorNeeds,
    private readonly assignment: Assignment,
  ) {
    this.#progress = new RunProgress(assignment, needs.store.timeline);
  }

  start(): void {
    if (this.assignment.held.size > 0) this.#done ??= this.#keepRunning();
  }

  /** Takes nothing more; resolves when what is under way is stored. */
  async stop(): Promise<void> {
    if (this.#stop.signal.aborted) return this.#done;
    this.#stop.abort();
    await this.#done;
    const { lowWater, timeline } = this.#progress;
    this.needs.left(lowWater.all, timeline);
  }

  /** Up to where the messages of a partition are routed. In a store that was restored since, nobody knows. */
  lowWaterMark(partition: number): string | undefined {
    const { timeline } = this.needs.store;
    return this.#progress.timeline === timeline ? this.#progress.markOf(partition) : undefined;
  }

  /** Its assignment as far as it has got, to go on from. */
  get checkpoint(): Assignment {
    return this.#assignmentAt((partition) => this.lowWaterMark(partition));
  }

  async #keepRunning(): Promise<void> {
    const { clock, failed, run } = this.needs;
    const { signal } = this.#stop;
    for (let failures = 0; !signal.aborted; failures += 1) {
      try {
        await run(this.#progress, signal);
      } catch (error) {
        failed(error);
        // From the beginning: what was routed before is recognised.
        if (isNoPlace(error))
          this.#progress = new RunProgress(
            this.#assignmentAt(() => undefined),
            this.#progress.timeline,
          );
      }
      if (signal.aborted) return;
      await clock.sleep(backOff(failures), signal);
      this.#progress = new RunProgress(this.checkpoint, this.needs.store.timeline);
    }
  }

  #assignmentAt(mark: (partition: number) => string | undefined): Assignment {
    const { partitionCount, held } = this.assignment;
    return {
      partitionCount,
      held: new Map([...held.keys()].map((partition) => [partition, mark(partition)])),
    };
  }
}

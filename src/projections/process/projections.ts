import { isDamage } from '../../store/sqlite/errors.js';
import { openOrMakeAnew, putAside, SameFile } from '../lost.js';
import { ProjectionRunner, type RunnerNeeds } from '../runner.js';
import type { RunningStatus, StatesFile } from '../statesFile.js';

/** The projections as a part of a router. */
export interface Projections {
  /** Returns at once: they catch up in the background. */
  start(): void;
  /** Each finishes the batch that it folds. */
  stop(leftMs: number): Promise<void>;
  /** None where another process runs them. */
  statuses(): readonly RunningStatus[];
  /** Milliseconds since it was last told how they are, which comes once a second. Infinite while it never was. */
  readonly silentMs: number;
}

export interface ProjectionsNeeds extends Omit<RunnerNeeds, 'states' | 'only' | 'isThere' | 'onDamage'> {
  /** Where the states are to be; `:memory:` for states that end with the process. */
  readonly statesPath: string;
  /** Gets the states, open, each time that they are opened. */
  readonly onOpen?: (states: StatesFile) => void;
}

/**
 * Runs them with what they knew, or from nothing: also when the states are found to be damaged, or their file to be gone, while
 * they run.
 *
 * @returns how to end that
 */
export const runProjections = async (needs: ProjectionsNeeds): Promise<() => Promise<void>> => {
  const running = new Running(needs);
  await running.begin();
  return () => running.end();
};

class Running {
  #runner: ProjectionRunner | undefined;
  #states: StatesFile | undefined;
  #isEnded = false;
  #isLost = false;
  /** One after the other. */
  #work: Promise<void> = Promise.resolve();

  constructor(private readonly needs: ProjectionsNeeds) {}

  begin(): Promise<void> {
    this.#work = this.#begin();
    return this.#work;
  }

  end(): Promise<void> {
    this.#isEnded = true;
    this.#work = this.#work.then(() => this.#close());
    return this.#work;
  }

  async #begin(): Promise<void> {
    const { statesPath, onOpen, ...others } = this.needs;
    const states = await openOrMakeAnew(statesPath, others.log);
    const same = new SameFile(statesPath);
    this.#states = states;
    this.#isLost = false;
    onOpen?.(states);
    const isThere = () => {
      if (same.holds()) return true;
      others.log.warn(
        { file: statesPath },
        'the file of the states is gone, or another one is in its place: they are made anew',
      );
      this.#beginAgain();
      return false;
    };
    this.#runner = new ProjectionRunner({
      ...others,
      states,
      isThere,
      onDamage: (error) => this.#beginAgain(error),
    });
    await this.#runner.start().catch((error) => {
      if (!isDamage(error)) throw error;
      this.#beginAgain(error as Error);
    });
  }

  /** Several projections may find it at once. */
  #beginAgain(damage?: Error): void {
    if (this.#isLost || this.#isEnded) return;
    this.#isLost = true;
    this.#work = this.#work
      .then(() => this.#close())
      .then(() => {
        if (damage !== undefined) putAside(this.needs.statesPath, this.needs.log, damage);
        return this.#isEnded ? undefined : this.#begin();
      })
      .catch((error) => this.needs.log.error({ err: error }, 'the projections do not run'));
  }

  /** Closed before a new one is opened: SQLite takes away by its name what lies beside the file. */
  async #close(): Promise<void> {
    await this.#runner?.stop();
    this.#states?.close();
    this.#runner = undefined;
    this.#states = undefined;
  }
}

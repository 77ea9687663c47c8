import { isDamage } from '../store/sqlite/errors.js';
import { type ProjectionFile, readProjections } from './files.js';
import { ProjectionRun, type RunNeeds } from './run.js';
import type { ProjectionStatus, RunningStatus } from './statesFile.js';

export interface RunnerNeeds extends RunNeeds {
  /** Where the files are: ours first, then the user's. */
  readonly folders: readonly string[];
  /** Runs these and leaves the others where they are. Default: all. */
  readonly only?: readonly string[];
  /** Called now and then with how all of them stand. */
  readonly tell?: (statuses: readonly RunningStatus[]) => void;
  /** Asked as often as the folders are looked at; false: the states are not where they were, and nothing more is done with them. */
  readonly isThere?: () => boolean;
}

/** How often the folders and what was asked for are looked at. */
const lookMs = 1_000;

/**
 * Runs every projection of some folders, each by itself. A file that is added, changed or taken away is noticed while it
 * runs. One process at a time may do this with a file of states.
 */
export class ProjectionRunner {
  readonly #runs = new Map<string, ProjectionRun>();
  readonly #ended = new AbortController();
  readonly #refused = new Set<string>();
  #looking: Promise<void> | undefined;

  constructor(private readonly needs: RunnerNeeds) {}

  /** @throws what the file system throws when a folder cannot be read at the start */
  async start(): Promise<void> {
    await this.#look();
    this.#looking = this.#keepLooking();
  }

  /** Each finishes the batch that it folds. */
  async stop(): Promise<void> {
    this.#ended.abort();
    await this.#looking;
    await Promise.all([...this.#runs.values()].map((run) => run.stop()));
    this.#runs.clear();
  }

  /** Resolves when each of them has caught up or cannot go on. */
  async settled(names?: readonly string[]): Promise<void> {
    const runs = [...this.#runs].filter(([name]) => names === undefined || names.includes(name));
    await Promise.all(runs.map(([, run]) => run.settled));
  }

  statuses(): readonly ProjectionStatus[] {
    return this.needs.states.statuses();
  }

  async #keepLooking(): Promise<void> {
    const { clock, log } = this.needs;
    let told = false;
    for (;;) {
      await clock.sleep(lookMs, this.#ended.signal);
      if (this.#ended.signal.aborted) return;
      try {
        if (this.needs.isThere?.() === false) return;
        await this.#look();
        told = false;
      } catch (error) {
        if (isDamage(error)) this.needs.onDamage?.(error as Error);
        if (!told) log.warn({ err: error }, 'the projections go on as they are: their files cannot be read');
        told = true;
      }
    }
  }

  async #look(): Promise<void> {
    const { states, folders, only, tell } = this.needs;
    const files = readProjections(folders);
    for (const { name } of states.statuses()) {
      if (!files.some((file) => file.name === name)) await this.#remove(name);
    }
    for (const file of files) {
      if (file.taken !== undefined) this.#refuse(file);
      else if (only === undefined || only.includes(file.name)) await this.#runFile(file);
    }
    tell?.(states.statuses().map((status) => this.#running(status)));
  }

  #running(status: ProjectionStatus): RunningStatus {
    const waitingSince = this.#runs.get(status.name)?.waitingSince;
    return { ...status, ...(waitingSince === undefined ? {} : { waitingSince }) };
  }

  #refuse({ file, name, taken }: ProjectionFile): void {
    if (this.#refused.has(file)) return;
    this.#refused.add(file);
    this.needs.log.error({ file }, `projection refused: there is a projection ${name} already, ${taken}`);
  }

  async #remove(name: string): Promise<void> {
    await this.#runs.get(name)?.stop();
    this.#runs.delete(name);
    this.needs.states.remove(name);
  }

  async #runFile(file: ProjectionFile): Promise<void> {
    const running = this.#runs.get(file.name);
    const asked = this.needs.states.status(file.name)?.rebuildAsked === true;
    if (running !== undefined && running.file.hash === file.hash && !asked) return;
    await running?.stop();
    const run = new ProjectionRun(file, this.needs);
    this.#runs.set(file.name, run);
    run.start();
  }
}

import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Clock } from '../domain/clock.js';
import type { Log } from '../domain/log.js';
import type { ProjectionStatus } from '../projections/statesFile.js';
import type { EventStore } from '../store/port.js';
import type { Config } from './config/config.js';
import type { FromProjections, ToProjections } from './projectionsProcess.js';
import { type ProjectionsConfig, RunningProjections } from './projectionsRun.js';

/** The projections as a part of a router. */
export interface Projections {
  /** Returns at once: they catch up in the background. */
  start(): void;
  /** Each finishes the batch that it folds. A process that does not end soon is killed: nothing is lost by it. */
  stop(leftMs: number): Promise<void>;
  statuses(): readonly ProjectionStatus[];
}

/**
 * A process beside the router for the engines that can be opened twice: folding takes nothing of the router's event loop,
 * and whatever a projection does to its process, the router goes on. (A thread would not do: to end one within SQLite's
 * own code aborts the whole process.) What the memory engine holds is here only.
 */
export const createProjections = (config: Config, store: EventStore, clock: Clock, log: Log): Projections => {
  const { data, eventStore, secret, projections } = config;
  const plain = { data, eventStore, projections, ...(secret === undefined ? {} : { secret }) };
  return eventStore.engine === 'memory'
    ? new ProjectionsHere(plain, store, clock, log)
    : new ProjectionsBeside(plain, clock, log);
};

class ProjectionsHere implements Projections {
  readonly #running: RunningProjections;
  #statuses: readonly ProjectionStatus[] = [];

  constructor(
    config: ProjectionsConfig,
    store: EventStore,
    clock: Clock,
    private readonly log: Log,
  ) {
    this.#running = new RunningProjections(config, store, clock, log, (statuses) => {
      this.#statuses = statuses;
    });
  }

  start(): void {
    this.#running.start().catch((error) => this.log.error({ err: error }, 'the projections do not run'));
  }

  stop(): Promise<void> {
    return this.#running.stop();
  }

  statuses(): readonly ProjectionStatus[] {
    return this.#statuses;
  }
}

/** For the process to stop by itself: it may still be starting. */
const patienceMs = 1_000;
/** Before one that failed is started again. */
const restartMs = 10_000;
/** What the projections may keep in memory, in MiB. */
const maxHeapMb = 1_024;

class ProjectionsBeside implements Projections {
  readonly #ended = new AbortController();
  #child: ChildProcess | undefined;
  #running: Promise<void> | undefined;
  #statuses: readonly ProjectionStatus[] = [];

  constructor(
    private readonly config: ProjectionsConfig,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  start(): void {
    this.#running ??= this.#run();
  }

  async stop(leftMs: number): Promise<void> {
    this.#ended.abort();
    this.#tell({ kind: 'stop' });
    const ended = new AbortController();
    const limit = this.clock.sleep(Math.min(patienceMs, leftMs / 2), ended.signal);
    await Promise.race([this.#running, limit]);
    ended.abort();
    // States and place are one transaction, and of the store it only reads: the router's stop is in order all the same.
    this.#child?.kill('SIGKILL');
    await this.#running;
  }

  statuses(): readonly ProjectionStatus[] {
    return this.#statuses;
  }

  async #run(): Promise<void> {
    while (!this.#ended.signal.aborted) {
      const how = await this.#runOnce();
      if (this.#ended.signal.aborted) return;
      this.log.error({ how }, 'the projections ended and start again in a moment');
      await this.clock.sleep(restartMs, this.#ended.signal);
    }
  }

  /** @returns how it ended: an exit code, a signal, or why it did not start */
  async #runOnce(): Promise<unknown> {
    const child = fork(fileURLToPath(new URL('./projectionsProcess.js', import.meta.url)), {
      execArgv: [`--max-old-space-size=${maxHeapMb}`],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#child = child;
    const ended = new Promise((resolve) => {
      child.once('exit', (code, signal) => resolve(signal ?? code));
      child.on('error', resolve);
    });
    child.on('message', (message: FromProjections) => this.#take(message));
    this.#tell({ kind: 'run', config: this.config });
    // It keeps no program alive that forgets to stop its router.
    child.unref();
    child.channel?.unref();
    return ended;
  }

  #tell(message: ToProjections): void {
    if (this.#child?.connected === true) this.#child.send(message, () => undefined);
  }

  #take(message: FromProjections): void {
    switch (message.kind) {
      case 'statuses':
        this.#statuses = message.statuses;
        return;
      case 'log':
        this.log[message.level](message.fields, message.message);
        return;
    }
  }
}

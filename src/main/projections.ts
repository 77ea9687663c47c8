import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Clock } from '../domain/clock.js';
import type { Log } from '../domain/log.js';
import type { ProjectionStatus } from '../projections/statesFile.js';
import type { EventStore } from '../store/port.js';
import type { Config } from './config/config.js';
import { foldersOf, type ProjectionsConfig, RunningProjections } from './projectionsRun.js';
import type { ThreadMessage } from './projectionsThread.js';

/** The projections as a part of a router. */
export interface Projections {
  /** Returns at once: they catch up in the background. @throws {ConfigError} for a folder that is not there */
  start(): void;
  /** Each finishes the batch that it folds. */
  stop(): Promise<void>;
  /** Ends them by force; nothing is lost by it. */
  cut(): void;
  statuses(): readonly ProjectionStatus[];
}

/**
 * A thread for the engines that can be opened twice, so that folding takes nothing of the router's event loop and a
 * projection that uses up all memory ends its thread and not the router. What the memory engine holds is here only.
 */
export const createProjections = (config: Config, store: EventStore, clock: Clock, log: Log): Projections => {
  const { data, eventStore, secret, projections } = config;
  const plain = { data, eventStore, projections, ...(secret === undefined ? {} : { secret }) };
  return eventStore.engine === 'memory'
    ? new ProjectionsHere(plain, store, clock, log)
    : new ProjectionsThread(plain, clock, log);
};

class ProjectionsHere implements Projections {
  readonly #running: RunningProjections;
  #statuses: readonly ProjectionStatus[] = [];

  constructor(
    private readonly config: ProjectionsConfig,
    store: EventStore,
    clock: Clock,
    private readonly log: Log,
  ) {
    this.#running = new RunningProjections(config, store, clock, log, (statuses) => {
      this.#statuses = statuses;
    });
  }

  start(): void {
    foldersOf(this.config);
    this.#running.start().catch((error) => this.log.error({ err: error }, 'the projections do not run'));
  }

  stop(): Promise<void> {
    return this.#running.stop();
  }

  cut(): void {}

  statuses(): readonly ProjectionStatus[] {
    return this.#statuses;
  }
}

/** Before a thread that failed is started again. */
const restartMs = 10_000;
/** What the projections may keep in memory, in MiB. */
const maxHeapMb = 1_024;

class ProjectionsThread implements Projections {
  readonly #ended = new AbortController();
  #worker: Worker | undefined;
  #running: Promise<void> | undefined;
  #statuses: readonly ProjectionStatus[] = [];

  constructor(
    private readonly config: ProjectionsConfig,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  start(): void {
    foldersOf(this.config);
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#ended.abort();
    this.#worker?.postMessage('stop');
    await this.#running;
  }

  cut(): void {
    void this.#worker?.terminate();
  }

  statuses(): readonly ProjectionStatus[] {
    return this.#statuses;
  }

  async #run(): Promise<void> {
    while (!this.#ended.signal.aborted) {
      try {
        await this.#runThread();
      } catch (error) {
        this.log.error({ err: error }, 'the projections failed and start again in a moment');
      }
      await this.clock.sleep(restartMs, this.#ended.signal);
    }
  }

  async #runThread(): Promise<void> {
    const worker = new Worker(new URL('./projectionsThread.js', import.meta.url), {
      workerData: this.config,
      // Not the flags of this process: what they load is meant for it alone.
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: maxHeapMb },
    });
    worker.unref();
    worker.on('message', (message: ThreadMessage) => this.#take(message));
    this.#worker = worker;
    // `once` rejects on 'error': what the thread did not catch, or no memory left.
    await once(worker, 'exit');
  }

  #take(message: ThreadMessage): void {
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

import { type ChildProcess, fork } from 'node:child_process';
import type { Clock } from '../../domain/clock.js';
import type { Log } from '../../domain/log.js';
import type { RunningStatus } from '../statesFile.js';
import type { FromProcess, Task, ToProcess } from './messages.js';
import type { Projections } from './projections.js';

export interface BesideNeeds<StoreConfig> {
  /** What the process runs: a file that calls `runForRouter`. */
  readonly program: URL;
  readonly task: Task<StoreConfig>;
  readonly clock: Clock;
  readonly log: Log;
}

/** For the process to stop by itself: it may still be starting. */
const patienceMs = 1_000;
/** Before one that failed is started again. */
const restartMs = 10_000;
/** What the projections may keep in memory, in MiB. */
const maxHeapMb = 1_024;

/**
 * In a process beside the router, for a store that can be opened twice: folding takes nothing of the router's event loop, and
 * whatever a projection does to its process, the router goes on. (A thread would not do: to end one within SQLite's own code
 * aborts the whole process.)
 */
export class ProjectionsBeside<StoreConfig> implements Projections {
  readonly #ended = new AbortController();
  #child: ChildProcess | undefined;
  #running: Promise<void> | undefined;
  #statuses: readonly RunningStatus[] = [];
  #toldAt = Number.NEGATIVE_INFINITY;
  /** What the process that ends says of it. */
  #why: string | undefined;

  constructor(private readonly needs: BesideNeeds<StoreConfig>) {}

  start(): void {
    this.#running ??= this.#run();
  }

  /** A process that does not end soon is killed: nothing is lost by it. */
  async stop(leftMs: number): Promise<void> {
    this.#ended.abort();
    // Who waits for its end stays for it.
    this.#child?.ref();
    this.#tell({ kind: 'stop' });
    const ended = new AbortController();
    const limit = this.needs.clock.sleep(Math.min(patienceMs, leftMs / 2), ended.signal);
    await Promise.race([this.#running, limit]);
    ended.abort();
    // States and place are one transaction, and of the store it only reads: the router's stop is in order all the same.
    this.#child?.kill('SIGKILL');
    await this.#running;
  }

  statuses(): readonly RunningStatus[] {
    return this.#statuses;
  }

  get silentMs(): number {
    return this.needs.clock.steady() - this.#toldAt;
  }

  async #run(): Promise<void> {
    while (!this.#ended.signal.aborted) {
      const how = await this.#runOnce();
      if (this.#ended.signal.aborted) return;
      this.needs.log.error({ how }, 'the projections ended and start again in a moment');
      await this.needs.clock.sleep(restartMs, this.#ended.signal);
    }
  }

  /** @returns how it ended: in its own words, an exit code, a signal, or why it did not start */
  async #runOnce(): Promise<unknown> {
    const child = fork(this.needs.program, {
      execArgv: [`--max-old-space-size=${maxHeapMb}`],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#child = child;
    this.#why = undefined;
    const ended = new Promise((resolve) => {
      child.once('exit', (code, signal) => resolve(signal ?? code));
      child.on('error', resolve);
    });
    child.on('message', (message: FromProcess) => this.#take(message));
    this.#tell({ kind: 'run', task: this.needs.task });
    // It keeps no program alive that forgets to stop its router.
    child.unref();
    child.channel?.unref();
    const how = await ended;
    // The next one may have to leave them to another router's.
    this.#statuses = [];
    return this.#why ?? how;
  }

  #tell(message: ToProcess<StoreConfig>): void {
    if (this.#child?.connected === true) this.#child.send(message, () => undefined);
  }

  #take(message: FromProcess): void {
    switch (message.kind) {
      case 'statuses':
        this.#statuses = message.statuses;
        this.#toldAt = this.needs.clock.steady();
        return;
      case 'failed':
        this.#why = message.why;
        return;
      case 'log':
        this.needs.log[message.level](message.fields, message.message);
        return;
    }
  }
}

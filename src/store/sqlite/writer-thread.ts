import { Worker } from 'node:worker_threads';
import { StoreError } from '../port.js';
import type { Commit, Committed } from './transaction.js';
import type { Writer } from './writer.js';
import {
  committedFromSent,
  type FromThread,
  fromSent,
  type ThreadData,
  type ToThread,
} from './writer-messages.js';

/**
 * A writer with a thread and a connection of its own: an fsync takes milliseconds while others use the disk, and would
 * hold the event loop for as long. The thread begins with the first use: who only reads needs none.
 */
export class WriterThread implements Writer {
  readonly #data: ThreadData;
  #worker: Worker | undefined;
  #waiting: { resolve(committed: Committed): void; reject(error: StoreError): void } | undefined;
  #changed: (() => void) | undefined;

  constructor(data: ThreadData) {
    this.#data = data;
  }

  commit(commit: Commit): Promise<Committed> {
    this.#worker ??= this.#start();
    const worker = this.#worker;
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      // A commit under way keeps the process alive, an idle thread does not.
      worker.ref();
      worker.postMessage({ kind: 'commit', commit } satisfies ToThread);
    });
  }

  watch(changed: () => void): void {
    if (this.#changed !== undefined) return;
    this.#changed = changed;
    if (this.#worker === undefined) this.#worker = this.#start();
    else this.#worker.postMessage({ kind: 'watch' } satisfies ToThread);
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    if (worker === undefined) return;
    worker.ref();
    const ended = new Promise((resolve) => worker.once('exit', resolve));
    worker.postMessage({ kind: 'close' } satisfies ToThread);
    await ended;
  }

  #start(): Worker {
    // Not the flags of this process: what they load is meant for it alone.
    const options = { workerData: this.#data, execArgv: [] };
    const worker = new Worker(new URL('./writer-main.js', import.meta.url), options);
    worker.unref();
    worker.on('message', (message: FromThread) => this.#receive(message));
    worker.on('error', (cause) =>
      this.#settle(new StoreError('unavailable', 'The writer failed.', { cause })),
    );
    worker.on('exit', () => this.#ended());
    if (this.#changed !== undefined) worker.postMessage({ kind: 'watch' } satisfies ToThread);
    return worker;
  }

  #receive(message: FromThread): void {
    switch (message.kind) {
      case 'changed':
        this.#changed?.();
        return;
      case 'failed':
        this.#settle(fromSent(message.error));
        return;
      case 'committed':
        this.#settle(committedFromSent(message.committed));
        return;
    }
  }

  #settle(end: Committed | StoreError): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    this.#worker?.unref();
    if (end instanceof StoreError) waiting?.reject(end);
    else waiting?.resolve(end);
  }

  /** By itself only after a fault: then the next commit starts another. */
  #ended(): void {
    this.#worker = undefined;
    this.#settle(new StoreError('unavailable', 'The writer ended.'));
  }
}

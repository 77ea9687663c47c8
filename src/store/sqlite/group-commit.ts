import { type AppendOptions, type AppendResult, StoreError } from '../port.js';
import type { SerialisedEvent } from '../serialise.js';
import { type StoredEvent, storedEvent } from '../stored.js';
import type { Append, Committed, Replacement } from './transaction.js';
import type { Writer } from './writer.js';

/** More would hold the event loop for longer than it saves. */
const maxEvents = 256;
/** A checkpoint that no append takes along is written after this many milliseconds. */
const checkpointDelayMs = 1_000;

interface Waiting extends Append {
  resolve(result: AppendResult): void;
  reject(error: StoreError): void;
}

interface WaitingReplacement extends Replacement {
  resolve(version: string): void;
  reject(error: StoreError): void;
}

/** Collects the appends of one turn of the event loop, and those that come while the writer works, for one transaction. */
export class GroupCommit {
  readonly #writer: Writer;
  readonly #now: () => number;
  readonly #onCommit: (stored: readonly StoredEvent[]) => void;
  #queue: Waiting[] = [];
  #replacements: WaitingReplacement[] = [];
  #running: Promise<void> | undefined;
  #checkpoints = new Map<string, string>();
  #checkpointTimer: NodeJS.Timeout | undefined;
  #commits = 0;

  constructor(writer: Writer, now: () => number, onCommit: (stored: readonly StoredEvent[]) => void) {
    this.#writer = writer;
    this.#now = now;
    this.#onCommit = onCommit;
  }

  /** So far. */
  get commits(): number {
    return this.#commits;
  }

  append(
    stream: string,
    events: readonly SerialisedEvent[],
    expectedRevision: AppendOptions['expectedRevision'],
  ): Promise<AppendResult> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ stream, events, expectedRevision, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Goes with the next appends, before those that wait behind them. */
  replace(replacement: Replacement): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#replacements.push({ ...replacement, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  saveCheckpoint(name: string, position: string): void {
    this.#checkpoints.set(name, position);
    this.#checkpointTimer ??= setTimeout(() => {
      // Disposable: what cannot be written now stays here and goes with a later append.
      this.flush().catch(() => undefined);
    }, checkpointDelayMs).unref();
  }

  pendingCheckpoint(name: string): string | undefined {
    return this.#checkpoints.get(name);
  }

  /** Resolves when everything handed over is stored or refused. Rejects only for checkpoints. */
  async flush(): Promise<void> {
    await this.#running;
    if (this.#checkpoints.size > 0) await this.#commit([], []);
  }

  async #run(): Promise<void> {
    while (this.#queue.length + this.#replacements.length > 0) {
      await new Promise((resolve) => setImmediate(resolve));
      const batch = takeBatch(this.#queue);
      this.#queue = this.#queue.slice(batch.length);
      await this.#store(conditionalFirst(batch), this.#replacements.splice(0));
    }
    this.#running = undefined;
  }

  async #store(batch: readonly Waiting[], replacements: readonly WaitingReplacement[]): Promise<void> {
    try {
      const { outcomes, versions } = await this.#commit(batch, replacements);
      for (const [index, append] of batch.entries()) settle(append, outcomes[index]);
      for (const [index, replacement] of replacements.entries()) settle(replacement, versions[index]);
    } catch (cause) {
      const error =
        cause instanceof StoreError ? cause : new StoreError('unavailable', 'Not stored.', { cause });
      // Who queued up meanwhile has waited as well: to try for them one batch after the other would take for ever.
      const refused = [...batch, ...replacements, ...this.#queue, ...this.#replacements.splice(0)];
      this.#queue = [];
      for (const waiting of refused) waiting.reject(error);
    }
  }

  async #commit(batch: readonly Waiting[], waiting: readonly Replacement[]): Promise<Committed> {
    clearTimeout(this.#checkpointTimer);
    this.#checkpointTimer = undefined;
    const checkpoints = new Map(this.#checkpoints);
    const appends = batch.map(({ stream, events, expectedRevision }) => ({
      stream,
      events,
      expectedRevision,
    }));
    const replacements = waiting.map(({ name, text, expected }) => ({ name, text, expected }));
    const committed = await this.#writer.commit({ appends, checkpoints, replacements, now: this.#now() });
    this.#commits += 1;
    for (const [name, position] of checkpoints) {
      if (this.#checkpoints.get(name) === position) this.#checkpoints.delete(name);
    }
    const stored = storedBy(appends, committed);
    if (stored.length > 0) this.#onCommit(stored);
    return committed;
  }
}

const storedBy = (appends: readonly Append[], { outcomes, time }: Committed): StoredEvent[] =>
  appends.flatMap(({ stream, events }, index) => {
    const outcome = outcomes[index];
    if (outcome === undefined || outcome instanceof StoreError || !outcome.stored) return [];
    const firstRevision = Number(outcome.revision) - events.length + 1;
    const firstPosition = Number(outcome.position) - events.length + 1;
    return events.map((event, nth) =>
      storedEvent(event, stream, firstRevision + nth, firstPosition + nth, time),
    );
  });

/** The first appends of the queue, at least one, with as many events as go into a transaction. */
const takeBatch = (queue: readonly Waiting[]): readonly Waiting[] => {
  let events = 0;
  const end = queue.findIndex((append, index) => {
    events += append.events.length;
    return index > 0 && events > maxEvents;
  });
  return end === -1 ? queue : queue.slice(0, end);
};

/**
 * A conversation's actor appends with the revision it knows while the backend appends to the same stream with `any`.
 * In one batch the actor goes first: it then has no conflict, and `any` does not mind. Else the order stays.
 */
const conditionalFirst = (batch: readonly Waiting[]): readonly Waiting[] => {
  const isAny = ({ expectedRevision = 'any' }: Waiting) => expectedRevision === 'any';
  return [...batch.filter((append) => !isAny(append)), ...batch.filter(isAny)];
};

const settle = <Result>(
  waiting: { resolve(result: Result): void; reject(error: StoreError): void },
  outcome: Result | StoreError | undefined,
): void => {
  if (outcome === undefined) waiting.reject(new StoreError('unavailable', 'The store gave no outcome.'));
  else if (outcome instanceof StoreError) waiting.reject(outcome);
  else waiting.resolve(outcome);
};

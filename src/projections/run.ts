import type { Clock } from '../domain/clock.js';
import type { Log } from '../domain/log.js';
import { type EventStore, isRestored, StoreError } from '../store/port.js';
import { isDamage } from '../store/sqlite/errors.js';
import { tellFailure } from '../store/tell.js';
import { ProjectionFault } from './faults.js';
import { Feed } from './feed.js';
import type { ProjectionFile } from './files.js';
import { foldBatch } from './fold.js';
import { Sandbox } from './sandbox.js';
import type { StatesFile } from './statesFile.js';

export interface RunNeeds {
  readonly store: EventStore;
  readonly states: StatesFile;
  readonly clock: Clock;
  readonly log: Log;
  /** The states are damaged: they are to be made anew. */
  readonly onDamage?: (error: Error) => void;
}

/** Between two tries when the store cannot be read. */
const [firstDelayMs, maxDelayMs] = [250, 10_000];

/**
 * One projection, from where it stood on: catches up, then follows the store. It reads by itself, so that one that is
 * rebuilt, slow or faulty holds up no other, and each asks the store for its own events only.
 */
export class ProjectionRun {
  /** Resolves when it has caught up, was refused or stopped, or is ended. */
  readonly settled: Promise<void>;
  #settle: () => void = () => undefined;
  #feed: Feed | undefined;
  #ended = new AbortController();
  #running: Promise<void> | undefined;

  constructor(
    readonly file: ProjectionFile,
    private readonly needs: RunNeeds,
  ) {
    this.settled = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  start(): void {
    this.#running ??= this.#run().finally(() => this.#settle());
  }

  /** Since when events wait that it has read and not folded; undefined when none does, or it does not run. */
  get waitingSince(): string | undefined {
    return this.#feed?.waitingSince;
  }

  /** Finishes the batch that is being folded. */
  async stop(): Promise<void> {
    this.#ended.abort();
    this.#feed?.close();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { states, clock, log } = this.needs;
    const { name } = this.file;
    let delayMs = firstDelayMs;
    /** Why it waits, which is told once. */
    let told: string | undefined;
    while (!this.#ended.signal.aborted) {
      try {
        await this.#follow(() => {
          delayMs = firstDelayMs;
          told = undefined;
        });
        return;
      } catch (error) {
        if (error instanceof ProjectionFault) {
          states.setPhase(name, error.effect, error.message);
          log.error({ projection: name, fault: error.message }, `projection ${error.effect}`);
          return;
        }
        if (isDamage(error)) {
          this.needs.onDamage?.(error as Error);
          return;
        }
        const why = error instanceof Error ? error.message : String(error);
        // A store that was restored is told by who reads it for the router.
        if (why !== told && !isRestored(error))
          tellFailure(
            log,
            'warn',
            { projection: name, err: error },
            'projection waits: the store cannot be read, or its states not be kept',
          );
        told = why;
        await clock.sleep(delayMs, this.#ended.signal);
        delayMs = Math.min(maxDelayMs, delayMs * 2);
      }
    }
  }

  async #follow(gotOn: () => void): Promise<void> {
    const { store, states, clock } = this.needs;
    const { name } = this.file;
    const mark = await this.#takeUp();
    const sandbox = new Sandbox(this.file);
    states.setResults(name, sandbox.makesResults);
    const { filter, streams } = sandbox.selection;
    const from = mark === undefined ? {} : { from: mark };
    this.#feed = new Feed(store.subscribe({ ...from, filter }), streams, clock);
    if (this.#ended.signal.aborted) this.#feed.close();
    try {
      for (let batch = await this.#feed.take(); batch !== undefined; batch = await this.#feed.take()) {
        foldBatch({ name, sandbox, file: states }, batch);
        gotOn();
        if (batch.caughtUp) this.#live();
      }
    } finally {
      this.#feed.close();
      this.#feed = undefined;
    }
  }

  #live(): void {
    const { states } = this.needs;
    const status = states.status(this.file.name);
    if (status?.serves !== 'complete') states.complete(this.file.name);
    if (status?.phase !== 'live') states.setPhase(this.file.name, 'live');
    this.#settle();
  }

  /** @returns where to go on; undefined: from nothing, since its file, or the store under it, is another one */
  async #takeUp(): Promise<string | undefined> {
    const { states, log } = this.needs;
    const { name, file, hash, index } = this.file;
    const status = states.status(name);
    const mark = states.mark(name);
    const same = status?.hash === hash && !status.rebuildAsked;
    const isOfThisStore = mark?.last !== undefined && (await this.#isThere(mark.last));
    if (same && isOfThisStore) {
      states.setPhase(name, 'catching-up');
      return mark.position;
    }
    if (mark !== undefined) log.info({ projection: name }, 'projection is rebuilt from nothing');
    // What was made of another store must not be shown for a moment longer.
    states.begin(name, file, hash, { index, former: isOfThisStore ? 'serves' : 'dropped' });
    return undefined;
  }

  /** A store that was restored from a backup, or is another one, does not have the event that was folded last. */
  async #isThere({ position, id }: { readonly position: string; readonly id: string }): Promise<boolean> {
    try {
      for await (const event of this.needs.store.readAll({ from: position, maxCount: 1 }))
        return event.id === id;
    } catch (error) {
      if (!(error instanceof StoreError && error.code === 'invalid')) throw error;
    }
    return false;
  }
}

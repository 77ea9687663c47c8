import type { Clock } from '../domain/clock.js';
import type { Log } from '../domain/log.js';
import { foundIn, lastEvent } from '../store/ends.js';
import { type EventStore, StoreError, type Subscription } from '../store/port.js';
import { tellFailure } from '../store/tell.js';
import { Directory } from './directory.js';
import { userStream } from './names.js';
import { accessCategories, accessTypes } from './stored.js';

export interface AccessNeeds {
  readonly store: EventStore;
  readonly clock: Clock;
  readonly log: Log;
}

const filter = { types: accessTypes, categories: accessCategories };
const pauseMs = 1_000;
/** So long a request waits until it is known who there is. */
const knownWithinMs = 10_000;
/** A session that is not known here may have been opened a moment ago, by another process: its user is looked up so often. */
const lookUpMs = 500;

/** The users and tokens that there are, kept up to date with what every process writes. While the store is away it is what was. */
export class Access {
  #directory = new Directory();
  #subscription: Subscription | undefined;
  #running: Promise<void> | undefined;
  readonly #stop = new AbortController();
  /** Resolves once everything that was stored before the start is known. Until then nobody is. */
  readonly known: Promise<void>;
  #tellKnown = () => {};
  readonly #lookedUp = new Map<string, number>();

  constructor(private readonly needs: AccessNeeds) {
    this.known = new Promise((resolve) => {
      this.#tellKnown = resolve;
    });
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#subscription?.close();
    await this.#running;
  }

  /** @returns false when that takes too long, since the store is away */
  async isKnown(): Promise<boolean> {
    const done = new AbortController();
    const late = this.needs.clock.sleep(knownWithinMs, done.signal).then(() => false);
    try {
      return await Promise.race([this.known.then(() => true), late]);
    } finally {
      done.abort();
    }
  }

  get directory(): Directory {
    return this.#directory;
  }

  /** What the store says of a user by now. Does nothing for one that was looked up just before. */
  async lookUp(name: string): Promise<void> {
    const stream = userStream(name);
    const revision = this.#directory.revisionOf(stream);
    const now = this.needs.clock.steady();
    // Only of those that there are, so that memory stays bounded and strangers ask the store nothing.
    if (revision === undefined || now < (this.#lookedUp.get(name) ?? Number.NEGATIVE_INFINITY) + lookUpMs)
      return;
    this.#lookedUp.set(name, now);
    await this.#readOn(stream, revision);
  }

  /** After this process has written to the stream of a user or a token: who comes back is to meet it. */
  async written(stream: string): Promise<void> {
    await this.#readOn(stream, this.#directory.revisionOf(stream));
  }

  async #readOn(stream: string, revision: bigint | undefined): Promise<void> {
    const directory = this.#directory;
    const from = revision === undefined ? {} : { from: revision + 1n };
    for await (const event of this.needs.store.readStream(stream, from)) directory.tell(event);
  }

  async #run(): Promise<void> {
    const { clock, log } = this.needs;
    while (!this.#stop.signal.aborted) {
      try {
        await this.#follow();
      } catch (error) {
        if (error instanceof StoreError && error.code === 'closed') return;
        tellFailure(log, 'warn', { err: error }, 'users and tokens cannot be followed now');
      }
      await clock.sleep(pauseMs, this.#stop.signal);
    }
  }

  /** Ends when the subscription does. What a store that was restored has lost is unknown again. */
  async #follow(): Promise<void> {
    const { store } = this.needs;
    const directory = new Directory();
    const from = (await lastEvent(store))?.position;
    for await (const event of foundIn(store, { filter })) directory.tell(event);
    this.#directory = directory;
    this.#tellKnown();
    const subscription = store.subscribe({ filter, ...(from === undefined ? {} : { from }) });
    this.#subscription = subscription;
    if (this.#stop.signal.aborted) return;
    for await (const item of subscription) if (item.kind === 'event') directory.tell(item.event);
  }
}

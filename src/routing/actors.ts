import { LRUCache } from 'lru-cache';
import type { AnyApp } from '../apps/app.js';
import { type Connection, connectionOf } from '../domain/connection.js';
import type { RecordedEvent } from '../domain/event.js';
import type { EventStore } from '../store/port.js';
import { Actor } from './actor.js';

/** The conversations in memory. Those not used for longest are dropped: their streams hold all that they knew. */
export class Actors {
  readonly #cache: LRUCache<string, Actor>;
  readonly #loading = new Map<string, Promise<Actor>>();
  /** From here on `observe` is told what is stored this moment; before, what was stored long ago. */
  live = false;

  /** @param max - how many are kept */
  constructor(
    private readonly store: EventStore,
    private readonly apps: readonly AnyApp[],
    max: number,
  ) {
    this.#cache = new LRUCache({ max });
  }

  /** Keeps a resident actor up to date, so that its next decision meets no conflict. */
  observe(event: RecordedEvent): void {
    const resident = this.#resident(event.stream);
    if (resident !== undefined) resident.observe(event, this.live);
    else if (this.live && event.revision === 0n) this.#begin(event);
  }

  /** The actor of a stream, caught up when it had to be loaded; undefined when the stream is no conversation. */
  async of(stream: string): Promise<Actor | undefined> {
    const connection = connectionOf(stream);
    if (connection === undefined) return undefined;
    return this.#loading.get(stream) ?? this.#resident(stream) ?? this.#load(stream, connection);
  }

  /** What was known of a store before it was restored counts no more. */
  #resident(stream: string): Actor | undefined {
    const actor = this.#cache.get(stream);
    return actor?.timeline === this.store.timeline ? actor : undefined;
  }

  #load(stream: string, connection: Connection): Promise<Actor> {
    const actor = this.#add(stream, connection);
    const loaded = actor
      .catchUp(this.store)
      .then(() => actor)
      .catch((error: unknown) => {
        this.#cache.delete(stream);
        throw error;
      })
      .finally(() => this.#loading.delete(stream));
    this.#loading.set(stream, loaded);
    return loaded;
  }

  /** A conversation's first event, stored this moment, is all there is to know: nothing need be read. */
  #begin(event: RecordedEvent): void {
    const connection = connectionOf(event.stream);
    if (connection !== undefined) this.#add(event.stream, connection).observe(event, true);
  }

  #add(stream: string, connection: Connection): Actor {
    const actor = new Actor(connection, this.apps, this.store.timeline);
    this.#cache.set(stream, actor);
    return actor;
  }
}

import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventStoreDBClient } from '@eventstore/db-client';
import { StoreError } from '../port.js';
import { Batch } from './batch.js';
import type { Calls } from './calls.js';
import type { Connection } from './connection.js';
import {
  closedError,
  deletedError,
  failureOf,
  mayPass,
  storeErrorOf,
  whyNoConnection,
  wordsOf,
} from './errors.js';
import { type Operation, readAllOperation } from './operations.js';
import type { Place } from './position.js';
import { Refusals } from './refusals.js';
import { Timeline } from './timeline.js';

/** The longest pause before another try, in milliseconds. */
const maxPauseMs = 2_000;
const firstPauseMs = 50;

/** What the parts of one open store share: its connection, and whether it is still open. */
export class Session implements Calls {
  readonly #refusing = new AbortController();
  readonly #ended = new AbortController();
  readonly timeline = new Timeline(this, (error) => this.errorOf(error, readAllOperation));
  readonly refusals = new Refusals(this);
  readonly batch: Batch;
  /** The last event of all when the store was opened: what is at or before it was not stored by this process. */
  openedAt: Place | undefined;
  /** Of the last failure to reach the server, in the words of the system, of TLS or of the server. */
  whyAway: string | undefined;

  /** @param patienceMs - how long a server may be silent or away before a reading fails */
  constructor(
    readonly connection: Connection,
    readonly patienceMs: number,
  ) {
    // Whatever waits while the server is away listens for the end.
    setMaxListeners(0, this.closing, this.ended);
    this.batch = new Batch(connection, () => this.timeline.suspectRestore());
    this.timeline.onChange((head) => {
      this.openedAt = head;
    });
  }

  get client(): EventStoreDBClient {
    return this.connection.client;
  }

  /** Aborts when the store begins to close. */
  get closing(): AbortSignal {
    return this.#refusing.signal;
  }

  /** Aborts when the appends that were under way have ended too. */
  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  /** @throws {StoreError} `closed` to callers of the store, who come too late */
  check(): void {
    if (this.closing.aborted) throw closedError();
  }

  /**
   * To be awaited before the server is asked for what goes on from something known.
   *
   * @param begunIn - the timeline that it is known from
   * @throws {StoreError} `restored` when the server shows another one
   */
  async isStill(begunIn: number): Promise<void> {
    await this.timeline.settle();
    if (this.timeline.number !== begunIn) throw restoredError();
  }

  refuse(): void {
    this.#refusing.abort();
  }

  end(): void {
    this.#ended.abort();
  }

  /**
   * What callers of the store get of an error of the client.
   *
   * @param operation - what was asked of the server
   */
  async errorOf(error: unknown, operation: Operation): Promise<StoreError> {
    if (operation.stream !== undefined && failureOf(error) === 'deleted')
      return deletedError(operation.stream);
    return this.refusals.judge(storeErrorOf(error, operation.doing, this.connection.isAnonymous), operation);
  }

  /** For one piece of work that is tried until it succeeds. */
  tries(operation: Operation, patienceMs = this.patienceMs): Tries {
    return new Tries(this, operation, patienceMs);
  }

  /** Ends at once when the store ends. */
  async pause(ms: number, stop = this.ended): Promise<void> {
    await sleep(ms, undefined, { signal: stop }).catch(() => undefined);
  }
}

const restoredError = (): StoreError =>
  new StoreError(
    'restored',
    'EventStoreDB was restored to an earlier state, or replaced: what was known of it counts no more.',
  );

/** Failures in a row: pauses between them, and the end of patience. */
export class Tries {
  #sinceMs: number | undefined;
  #pauseMs = firstPauseMs;

  constructor(
    private readonly session: Session,
    private readonly operation: Operation,
    private readonly patienceMs: number,
  ) {}

  /** It works again. */
  succeeded(): void {
    this.#sinceMs = undefined;
    this.#pauseMs = firstPauseMs;
  }

  /**
   * Waits before the next try. A pause is a little random, so that all routers do not come back at once.
   *
   * @param client - the client that failed; replaced when it cannot recover
   * @throws {StoreError} when another try is of no use, or patience is at its end
   */
  async failed(error: unknown, client: EventStoreDBClient, stop?: AbortSignal): Promise<void> {
    if (error instanceof StoreError) throw error;
    const failure = failureOf(error);
    this.session.timeline.suspectRestore();
    if (failure === 'client') this.session.connection.renew(client);
    this.session.whyAway = whyNoConnection(error) ?? wordsOf(error);
    const now = performance.now();
    this.#sinceMs ??= now;
    if (!mayPass(failure) || now - this.#sinceMs >= this.patienceMs)
      throw await this.session.errorOf(error, this.operation);
    const pause = this.#pauseMs * (0.5 + Math.random());
    this.#pauseMs = Math.min(this.#pauseMs * 2, maxPauseMs);
    await this.session.pause(pause, stop);
  }
}

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { END } from '@eventstore/db-client';
import { StoreError } from '../port.js';
import { Batch } from './batch.js';
import type { Connection } from './connection.js';
import { failureOf, mayPass, storeErrorOf, whyNoConnection } from './errors.js';
import { hiddenPrefix } from './hidden.js';
import { toLeader } from './leader.js';
import { noteOf } from './note.js';
import { within } from './within.js';

/** The last that the stream says of who has the turn. */
interface Said {
  /** -1n for nothing yet. */
  readonly revision: bigint;
  readonly isFree: boolean;
  /** Whose words they are. */
  readonly by?: string;
}

/** What who waits has seen. Times of the steady clock, in milliseconds. */
interface Seen {
  revision: bigint;
  /** When it was new. */
  sinceMs: number;
  failingSinceMs?: number | undefined;
}

/** In milliseconds. */
export interface Patience {
  /** How often who has the turn says so. */
  readonly beatMs: number;
  /** Who has said nothing for so long is gone. */
  readonly goneMs: number;
  /** How long to wait for the turn. */
  readonly turnMs: number;
  /** For one call. */
  readonly callMs: number;
}

const pollMs = 100;
/** A server that fails is asked for as long as so many calls may take. */
const failures = 3;

/**
 * One process after the other, wherever they run: who appends to a stream at the revision that it has read has the turn.
 * Nobody's clock is asked: who waits goes by what changes while it looks.
 */
export class DeployTurn {
  readonly #batch: Batch;
  readonly #name: string;
  readonly #by = randomUUID();

  /** @param stream - without the prefix of hidden streams */
  constructor(
    private readonly connection: Connection,
    stream: string,
    private readonly patience: Patience,
  ) {
    this.#batch = new Batch(connection, () => undefined);
    this.#name = `${hiddenPrefix}${stream}`;
  }

  /**
   * Runs `work` while no other process has the turn. One whose machine stands still for longer than it is waited for may
   * find that another has it too.
   *
   * @throws what the client throws when the stream cannot be read or written
   */
  async during<Result>(work: () => Promise<Result>): Promise<Result> {
    const taken = await this.#take();
    const over = new AbortController();
    const beating = this.#beat(taken, over.signal);
    try {
      return await work();
    } finally {
      over.abort();
      // Who cannot say that it is done is waited for as one that is gone.
      await this.#say(true, await beating).catch(() => undefined);
    }
  }

  async #take(): Promise<bigint> {
    const untilMs = performance.now() + this.patience.turnMs;
    const seen: Seen = { revision: -2n, sinceMs: 0 };
    for (;;) {
      const taken = await this.#tryAfter(seen).catch((error) => this.#passing(error, seen));
      if (taken !== undefined) return taken;
      if (performance.now() >= untilMs)
        throw new StoreError('unavailable', 'Someone else deploys projections, and has not come to an end.');
      await sleep(pollMs);
    }
  }

  /** Another was quicker, or the server is not ready yet. @throws what does not pass */
  #passing(error: unknown, seen: Seen): undefined {
    const failure = error instanceof StoreError ? undefined : failureOf(error);
    if (failure === 'version') return undefined;
    if (failure === 'denied')
      throw storeErrorOf(error, `write to ${this.#name}`, this.connection.isAnonymous);
    seen.failingSinceMs ??= performance.now();
    const isSilent = failure === undefined;
    const mayWork = isSilent || (mayPass(failure) && whyNoConnection(error) === undefined);
    if (!mayWork || performance.now() - seen.failingSinceMs >= failures * this.patience.callMs) throw error;
    return undefined;
  }

  /** @returns the revision of ours; undefined while it is another's turn */
  async #tryAfter(seen: Seen): Promise<bigint | undefined> {
    await toLeader(this.connection, this.patience.callMs);
    const { revision, isFree } = await this.#last();
    seen.failingSinceMs = undefined;
    if (revision !== seen.revision) Object.assign(seen, { revision, sinceMs: performance.now() });
    const isGone = performance.now() - seen.sinceMs >= this.patience.goneMs;
    return isFree || isGone ? this.#say(false, revision) : undefined;
  }

  /** @returns the last revision of ours */
  async #beat(taken: bigint, over: AbortSignal): Promise<bigint> {
    let revision = taken;
    for (;;) {
      // It is the work that keeps the process alive.
      await sleep(this.patience.beatMs, undefined, { signal: over, ref: false }).catch(() => undefined);
      if (over.aborted) return revision;
      revision = await this.#say(false, revision).catch(() => this.#mine(revision));
    }
  }

  /** What was said last: it may have been stored, and the answer got lost. */
  async #mine(known: bigint): Promise<bigint> {
    const last = await this.#last().catch(() => undefined);
    return last?.by === this.#by ? last.revision : known;
  }

  async #say(isFree: boolean, at: bigint): Promise<bigint> {
    const { callMs } = this.patience;
    if (at < 0n) {
      const limited = [noteOf('$metadata', { $maxCount: 1 })];
      await this.#batch.append(`$$${this.#name}`, limited, -1n, callMs).catch(() => undefined);
    }
    const said = [noteOf(`${hiddenPrefix}Noted`, { isFree, by: this.#by })];
    return (await this.#batch.append(this.#name, said, at, callMs)).revision;
  }

  async #last(): Promise<Said> {
    const options = { direction: 'backwards', fromRevision: END, maxCount: 1, requiresLeader: true } as const;
    const reading = this.connection.client.readStream(this.#name, options);
    try {
      return await within(performance.now() + this.patience.callMs, firstOf(reading));
    } catch (error) {
      if (failureOf(error) === 'not-found') return { revision: -1n, isFree: true };
      throw error;
    } finally {
      reading.cancel().catch(() => undefined);
    }
  }
}

const firstOf = async (
  reading: AsyncIterable<{ readonly event?: { readonly revision: bigint; readonly data: unknown } }>,
): Promise<Said> => {
  let said: Said = { revision: -1n, isFree: true };
  for await (const { event } of reading) {
    const { isFree, by } = (event?.data ?? {}) as Partial<Said>;
    if (event !== undefined)
      said = { revision: event.revision, isFree: isFree === true, ...(by === undefined ? {} : { by }) };
  }
  return said;
};

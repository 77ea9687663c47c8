import { setTimeout as sleep } from 'node:timers/promises';
import { type AppendOptions, type AppendResult, StoreError } from '../port.js';
import type { SerialisedEvent } from '../serialise.js';
import { Batch } from './batch.js';
import { failureOf, mayPass, storeErrorOf } from './errors.js';
import { type KnownEvent, KnownStream } from './known.js';
import { StreamLanes } from './lanes.js';
import { StreamKnowledge } from './look.js';
import { formatPosition, isAfter, type Place } from './position.js';
import type { Session } from './session.js';

/** Appends under way at the same time; more wait. */
const maxInFlight = 256;
/** An answer that is this share of the time late is not waited for any longer: it may have got lost. */
const attempts = 3;
const firstPauseMs = 20;
const maxPauseMs = 1_000;

type Expected = NonNullable<AppendOptions['expectedRevision']>;

interface Append {
  readonly stream: string;
  readonly events: readonly SerialisedEvent[];
  readonly expected: Expected;
  /** Milliseconds since 1970. */
  readonly deadline: number;
  /** True once the events may have been written by this very call. */
  sent: boolean;
  /** True when what others wrote has been read in vain already. */
  readonly caughtUp?: boolean;
}

/**
 * Appends that are idempotent for ever, within a deadline. The server is that with a concrete revision only, so it is never
 * given another: what is not known of the stream is read first, and when others have written meanwhile, read again.
 */
export class Appender {
  readonly #lanes = new StreamLanes(maxInFlight);
  readonly #knowledge: StreamKnowledge;
  readonly #batch: Batch;

  constructor(
    private readonly session: Session,
    private readonly timeoutMs: number,
  ) {
    this.#knowledge = new StreamKnowledge(session);
    this.#batch = new Batch(session.connection);
  }

  /** @throws {StoreError} as the port says; `unavailable` when the deadline has passed: the events may be stored then */
  async append(
    stream: string,
    events: readonly SerialisedEvent[],
    expected: Expected = 'any',
  ): Promise<AppendResult> {
    const deadline = Date.now() + this.timeoutMs;
    const append: Append = { stream, events, expected, deadline, sent: false };
    return this.#lanes.run(stream, expected !== 'any', () => this.#untilDone(append));
  }

  /** Resolves when no append is under way. */
  idle(): Promise<void> {
    return this.#lanes.idle();
  }

  async #untilDone(append: Append): Promise<AppendResult> {
    let pauseMs = firstPauseMs;
    let failure: unknown;
    while (Date.now() < append.deadline) {
      const { client } = this.session;
      try {
        return await this.#attempt(append);
      } catch (error) {
        if (error instanceof StoreError && error.code !== 'unavailable') throw error;
        failure = error;
        if (!this.#canGoOn(error, client)) throw this.#given(append, error);
        await sleep(Math.min(pauseMs, Math.max(append.deadline - Date.now(), 0)));
        pauseMs = Math.min(pauseMs * 2, maxPauseMs);
      }
    }
    throw this.#given(append, failure);
  }

  /** What was sent may still arrive, so what is known of the stream is no longer certain. */
  #given({ stream }: Append, error: unknown): StoreError {
    this.#knowledge.forget(stream);
    return storeErrorOf(error);
  }

  #canGoOn(error: unknown, client: Session['client']): boolean {
    const failure = failureOf(error);
    if (failure === 'client') this.session.connection.renew(client);
    return error instanceof StoreError || mayPass(failure);
  }

  async #attempt(append: Append): Promise<AppendResult> {
    const { stream, events } = append;
    const known = this.#known(append) ?? (await this.#look(append));
    const repeated = this.#repeated(append, known);
    if (repeated) return this.#result(append, repeated);
    const at = revisionFor(append, known);
    if (at === undefined) {
      // The caller knows of more events than we do.
      await this.#catchUp(append, undefined);
      return this.#attempt({ ...append, caughtUp: true });
    }
    const again = append.sent;
    append.sent = true;
    try {
      const written = await this.#batch.append(stream, events, at, this.#attemptMs(append));
      return await this.#wrote(append, written.revision, again ? undefined : written.place);
    } catch (error) {
      if (failureOf(error) !== 'version') throw error;
      await this.#catchUp(append, (error as { actual?: bigint }).actual);
      return this.#attempt(append);
    }
  }

  /** What is known without asking, when that is enough. */
  #known({ stream, events }: Append): KnownStream | undefined {
    const known = this.#knowledge.get(stream);
    return known && events.every(({ id }) => known.covers(id)) ? known : undefined;
  }

  /** A stream that is expected not to be there is not looked at first: the server tells if it is. */
  async #look(append: Append): Promise<KnownStream> {
    const { stream, events, expected, sent } = append;
    if (expected === 'none' && !sent && !this.#knowledge.get(stream)) return new KnownStream(-1n, true);
    const ids = events.map(({ id }) => id);
    return within(append.deadline, this.#knowledge.covering(stream, ids));
  }

  #catchUp({ stream, deadline }: Append, actual: bigint | undefined): Promise<void> {
    return within(deadline, this.#knowledge.refresh(stream, actual));
  }

  /** The last of the events when they are in the stream; undefined when none is. @throws {StoreError} `invalid` for a part */
  #repeated({ events }: Append, known: KnownStream): KnownEvent | undefined {
    let last: KnownEvent | undefined;
    let found = 0;
    for (const { id } of events) {
      last = known.find(id);
      if (last) found += 1;
    }
    if (found === 0 || found === events.length) return last;
    throw new StoreError(
      'invalid',
      `${found} of the ${events.length} events of this append are stored already.`,
    );
  }

  async #wrote({ stream, events }: Append, revision: bigint, told: Place | undefined): Promise<AppendResult> {
    const place = told ?? (await this.#knowledge.place(stream, { revision, place: undefined }));
    if (!place) throw new StoreError('unavailable', 'EventStoreDB does not tell where the events are.');
    this.#knowledge.wrote(stream, events, revision, place);
    // The server takes the same events at the same place for a repetition, and says no more than that they are there.
    const { openedAt } = this.session;
    const stored = openedAt === undefined || isAfter(place, openedAt);
    return { revision, position: formatPosition(place), stored };
  }

  async #result({ stream, deadline, sent }: Append, event: KnownEvent): Promise<AppendResult> {
    const place = event.place ?? (await within(deadline, this.#knowledge.place(stream, event)));
    if (!place) throw new StoreError('unavailable', 'EventStoreDB does not tell where the events are.');
    return { revision: event.revision, position: formatPosition(place), stored: sent };
  }

  #attemptMs({ deadline }: Append): number {
    return Math.max(1, Math.min(this.timeoutMs / attempts, deadline - Date.now()));
  }
}

/**
 * The revision to append at; undefined when the stream must be looked at again.
 *
 * @throws {StoreError} `conflict`
 */
const revisionFor = ({ stream, expected, caughtUp }: Append, { last }: KnownStream): bigint | undefined => {
  if (expected === 'any' || (expected === 'none' && last === -1n)) return last;
  if (expected === last && last !== -1n) return last;
  if (expected !== 'none' && expected > last && !caughtUp) return undefined;
  const actual = last === -1n ? 'has no events' : `is at revision ${last}`;
  throw new StoreError('conflict', `Stream ${stream} ${actual}, expected was ${expected}.`);
};

/** A reading that takes longer than the append may is left to itself: it ends by its own patience. */
const within = async <Result>(deadline: number, work: Promise<Result>): Promise<Result> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const tell = () => reject(new StoreError('unavailable', 'EventStoreDB does not answer in time.'));
    timer = setTimeout(tell, Math.max(1, deadline - Date.now()));
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    work.catch(() => undefined);
  }
};

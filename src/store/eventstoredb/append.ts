import { type AppendOptions, type AppendResult, StoreError } from '../port.js';
import type { SerialisedEvent } from '../serialise.js';
import { failureOf, isDenied, mayPass } from './errors.js';
import { revisionFor } from './expected.js';
import { isRepetition, type KnownEvent, KnownStream } from './known.js';
import { StreamLanes } from './lanes.js';
import { appendOperation } from './operations.js';
import { formatPosition, isAfter, type Place } from './position.js';
import { readHead } from './read.js';
import type { Session } from './session.js';
import { StreamKnowledge } from './streamKnowledge.js';
import { within } from './within.js';

/** Appends under way at the same time; more wait. */
const maxInFlight = 256;
/** An answer that is this share of the time late is not waited for any longer: it may have got lost. */
const attempts = 3;
const firstPauseMs = 20;
const maxPauseMs = 1_000;
/** Others may be writing to the same stream: so often what they wrote is read without a pause. */
const conflictsWithoutPause = 3;

interface Append {
  readonly stream: string;
  readonly events: readonly SerialisedEvent[];
  readonly expected: NonNullable<AppendOptions['expectedRevision']>;
  /** Of the steady clock, in milliseconds. */
  readonly deadline: number;
  /** What the caller knows, it knows from here. Undefined: it expects nothing, and any store is as good. */
  readonly timeline: number | undefined;
  /** The events may have been written by this very call. */
  sent: boolean;
  /** The server has told that the stream is at another revision. */
  conflicted: boolean;
  /** What others wrote has been read in vain already. */
  caughtUp: boolean;
}

/**
 * Appends that are idempotent for ever, within a deadline. The server is that with a concrete revision only, so it is never
 * given another: what is not known of the stream is read first, and when others have written meanwhile, read again.
 */
export class Appender {
  readonly #lanes = new StreamLanes(maxInFlight);
  readonly #knowledge: StreamKnowledge;
  /** What the last stream that was not known turned out to be: the next may well be the same. */
  #newIsLikely = true;

  constructor(
    private readonly session: Session,
    private readonly timeoutMs: number,
  ) {
    this.#knowledge = new StreamKnowledge(session);
  }

  /** @throws {StoreError} as the port says; `unavailable` when the deadline has passed: the events may be stored then */
  async append(
    stream: string,
    events: readonly SerialisedEvent[],
    { expectedRevision: expected = 'any', timeline }: AppendOptions = {},
  ): Promise<AppendResult> {
    const append: Append = {
      stream,
      events,
      expected,
      deadline: performance.now() + this.timeoutMs,
      timeline: timeline ?? (expected === 'any' ? undefined : this.session.timeline.number),
      sent: false,
      conflicted: false,
      caughtUp: false,
    };
    return this.#lanes.run(stream, expected !== 'any', () => this.#untilDone(append));
  }

  /** Resolves when no append is under way. */
  idle(): Promise<void> {
    return this.#lanes.idle();
  }

  async #untilDone(append: Append): Promise<AppendResult> {
    let pauseMs = firstPauseMs;
    let failure: unknown = new StoreError('unavailable', 'EventStoreDB does not answer in time.');
    for (let tries = 1; performance.now() < append.deadline; tries += 1) {
      const { client } = this.session;
      try {
        const result = await this.#attempt(append);
        if (result) return result;
        if (tries <= conflictsWithoutPause) continue;
      } catch (error) {
        if (isLasting(error, append)) throw error;
        failure = error;
        if (!this.#canGoOn(error, client)) throw await this.#given(append, error);
      }
      await this.session.pause(Math.min(pauseMs, Math.max(append.deadline - performance.now(), 0)));
      pauseMs = Math.min(pauseMs * 2, maxPauseMs);
    }
    throw await this.#given(append, failure);
  }

  /** What was sent may still arrive, so what is known of the stream is no longer certain. */
  #given({ stream }: Append, error: unknown): Promise<StoreError> {
    this.#knowledge.forget(stream);
    return this.session.errorOf(error, appendOperation(stream));
  }

  #canGoOn(error: unknown, client: Session['client']): boolean {
    if (error instanceof StoreError) return true;
    const failure = failureOf(error);
    if (!mayPass(failure)) return false;
    this.session.timeline.suspectRestore();
    if (failure === 'client') this.session.connection.renew(client);
    return true;
  }

  /** @returns undefined when others have written meanwhile: try again */
  async #attempt(append: Append): Promise<AppendResult | undefined> {
    const { stream, events, expected, deadline } = append;
    const settling = this.session.timeline.settle();
    if (settling) await within(deadline, settling);
    if (append.timeline !== undefined) await this.session.isStill(append.timeline);
    const known = this.#known(append) ?? (await this.#look(append));
    const repeated = isRepetition(events, known);
    if (repeated) return this.#result(append, repeated);
    const at = revisionFor(stream, expected, known, append.caughtUp || append.conflicted);
    if (at === undefined) {
      // The caller knows of more events than we do.
      await this.#catchUp(append, undefined);
      append.caughtUp = true;
      return undefined;
    }
    try {
      const { revision, place } = await this.session.batch.append(
        stream,
        events,
        at,
        this.#attemptMs(append),
      );
      return await this.#wrote(append, revision, place);
    } catch (error) {
      if (failureOf(error) !== 'version') {
        append.sent = true;
        throw error;
      }
      return this.#conflicted(append, known, (error as { actual?: bigint }).actual);
    }
  }

  async #conflicted(append: Append, known: KnownStream, actual: bigint | undefined): Promise<undefined> {
    append.conflicted = true;
    if (actual === undefined || actual >= known.last) return this.#catchUp(append, actual);
    // A stream never gets shorter: either its history is another one now, or what is known of it is wrong.
    this.session.timeline.suspectRestore();
    this.#knowledge.forget(append.stream);
    throw new StoreError('unavailable', 'A stream of EventStoreDB is shorter than it was.');
  }

  /** What is known without asking, when that is enough. */
  #known({ stream, events }: Append): KnownStream | undefined {
    const known = this.#knowledge.get(stream);
    return known && events.every(({ id }) => known.covers(id)) ? known : undefined;
  }

  /** A stream that is probably new is not looked at first: the server tells if it is not. */
  async #look({ stream, events, expected, deadline, sent, conflicted }: Append): Promise<KnownStream> {
    const guess = expected === 'none' || (expected === 'any' && this.#newIsLikely);
    if (guess && !sent && !conflicted && !this.#knowledge.get(stream)) return new KnownStream(-1n, true);
    const ids = events.map(({ id }) => id);
    const known = await within(deadline, this.#knowledge.covering(stream, ids));
    if (expected === 'any') this.#newIsLikely = known.last === -1n;
    return known;
  }

  #catchUp({ stream, deadline }: Append, actual: bigint | undefined): Promise<undefined> {
    return within(deadline, this.#knowledge.refresh(stream, actual));
  }

  async #wrote({ stream, events }: Append, revision: bigint, told: Place | undefined): Promise<AppendResult> {
    const place = told ?? (await this.#place(stream, { revision }));
    this.#knowledge.wrote(stream, events, revision, place);
    if (told) this.session.timeline.saw(told, events.at(-1)?.id ?? '');
    // The server takes the same events at the same place for a repetition, and says no more than that they are there.
    const { openedAt } = this.session;
    const stored = openedAt === undefined || isAfter(place, openedAt);
    return { revision, position: formatPosition(place), stored };
  }

  async #result({ stream, deadline, sent }: Append, event: KnownEvent): Promise<AppendResult> {
    const place = event.place ?? (await within(deadline, this.#place(stream, event)));
    return { revision: event.revision, position: formatPosition(place), stored: sent };
  }

  /** Of an event that was cut away at once no one tells where it was: not after the last event of all. */
  async #place(stream: string, event: Pick<KnownEvent, 'revision'>): Promise<Place> {
    const place = (await this.#knowledge.place(stream, event)) ?? (await readHead(this.session));
    if (place) return place;
    throw new StoreError('unavailable', 'EventStoreDB does not tell where the events are.');
  }

  #attemptMs({ deadline }: Append): number {
    return Math.max(1, Math.min(this.timeoutMs / attempts, deadline - performance.now()));
  }
}

/** Of no use to try again. Who expects nothing of the store's past is not told that it is another one. */
const isLasting = (error: unknown, { timeline }: Append): boolean => {
  if (!(error instanceof StoreError)) return false;
  if (error.code === 'restored') return timeline !== undefined;
  return error.code !== 'unavailable' || isDenied(error);
};

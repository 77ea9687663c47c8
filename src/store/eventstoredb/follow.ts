import { START } from '@eventstore/db-client';
import type { EventFilter } from '../port.js';
import { Arrivals, type Reading } from './arrivals.js';
import { serverFilter } from './filter.js';
import { readAllOperation } from './operations.js';
import { isAfter, type Place } from './position.js';
import { placeOf, type ReadEvent } from './recorded.js';
import type { Session } from './session.js';

export interface FollowOptions {
  /** Exclusive. */
  readonly from?: Place | undefined;
  readonly filter?: EventFilter | undefined;
  /** How long the server may be silent or away, in milliseconds; for ever by default. */
  readonly patienceMs?: number;
  /** Known to be the last event of all when this began. */
  readonly head?: Place | undefined;
  readonly signal?: AbortSignal;
  /** What `from` is known from. Default: the present one. */
  readonly timeline?: number;
}

/** An event; without one, everything up to `place` was handed over. */
export interface Followed {
  readonly event?: ReadEvent;
  readonly place: Place | undefined;
}

/** How long a server may take to take a subscription. */
const confirmMs = 10_000;

/**
 * A subscription of the client that goes on over interruptions from the last event that was handled: an event counts as
 * handled when the next item is asked for. The client never subscribes again by itself.
 */
export async function* follow(
  session: Session,
  options: FollowOptions,
): AsyncGenerator<Followed, void, undefined> {
  const { signal = session.closing, patienceMs = Number.POSITIVE_INFINITY } = options;
  const tries = session.tries(readAllOperation, patienceMs);
  const begunIn = options.timeline ?? session.timeline.number;
  let handled = options.from;
  while (!signal.aborted) {
    const { client } = session;
    try {
      await session.isStill(begunIn);
      for await (const item of new Pass(session, options, handled).items()) {
        tries.succeeded();
        if (item.event && item.place) session.timeline.saw(item.place, item.event.id);
        yield item;
        handled = later(handled, item.place);
      }
    } catch (error) {
      if (signal.aborted) break;
      await tries.failed(error, client, signal);
    }
  }
  session.check();
}

/** What the subscription told beside its events, due when those before it have been handed over. */
interface Mark {
  readonly after: number;
  /** Absent: it has caught up. */
  readonly place?: Place;
}

/** One subscription, from its beginning to its first error. */
class Pass {
  readonly #marks: Mark[] = [];
  readonly #reading: Reading<{ event?: ReadEvent }>;
  readonly #arrivals: Arrivals;
  readonly #signal: AbortSignal;
  #handed = 0;
  /** Everything up to here was handed over, or left out by the server. */
  #last: Place | undefined;
  readonly #head: Place | undefined;

  constructor(session: Session, options: FollowOptions, from: Place | undefined) {
    const { patienceMs = Number.POSITIVE_INFINITY } = options;
    this.#last = from;
    this.#head = options.head;
    this.#signal = options.signal ?? session.closing;
    this.#reading = session.client.subscribeToAll({
      fromPosition: from ?? START,
      filter: serverFilter(options.filter, (place) => this.#mark({ after: this.#buffered(), place })),
    }) as never;
    this.#arrivals = new Arrivals(this.#reading, Math.min(patienceMs, confirmMs));
    this.#reading.once('confirmation', () => {
      this.#arrivals.patienceMs = patienceMs;
      this.#arrivals.nudge();
    });
    this.#reading.on('caughtUp', () => this.#mark({ after: this.#buffered() }));
  }

  async *items(): AsyncGenerator<Followed, void, undefined> {
    const stop = () => this.#arrivals.leave();
    this.#signal.addEventListener('abort', stop, { once: true });
    try {
      while (!this.#signal.aborted) {
        yield* this.#due();
        const item = this.#reading.read();
        if (item !== null) {
          this.#handed += 1;
          if (item.event) yield this.#followed(item.event);
        } else if (await this.#arrivals.ended()) {
          if (!this.#signal.aborted) throw Object.assign(new Error('The subscription ended.'), { code: 14 });
        }
      }
    } finally {
      this.#signal.removeEventListener('abort', stop);
      this.#arrivals.leave();
    }
  }

  #followed(event: ReadEvent): Followed {
    this.#last = placeOf(event);
    return { event, place: this.#last };
  }

  *#due(): Generator<Followed, void, undefined> {
    for (let mark = this.#marks[0]; mark && mark.after <= this.#handed; mark = this.#marks[0]) {
      this.#marks.shift();
      this.#last = later(this.#last, mark.place ?? this.#head);
      if (!mark.place) yield { place: this.#last };
    }
  }

  /** The client reads ahead: so many events it has taken altogether. */
  #buffered(): number {
    return this.#handed + this.#reading.readableLength;
  }

  #mark(mark: Mark): void {
    this.#marks.push(mark);
    this.#arrivals.nudge();
  }
}

const later = (one: Place | undefined, other: Place | undefined): Place | undefined =>
  one && (!other || isAfter(one, other)) ? one : other;

import type { SerialisedEvent } from '../serialise.js';
import { type KnownEvent, KnownStream, KnownStreams } from './known.js';
import type { Place } from './position.js';
import { streamEvents } from './read.js';
import { placeOf, type ReadEvent } from './recorded.js';
import type { Session } from './session.js';

/** Events of one look back: most conversations have no more since the id that is looked for was made. */
const lookBack = 64;

/** What is known of streams, and how it becomes known: by reading them no further back than needed. */
export class StreamKnowledge {
  readonly #streams = new KnownStreams();

  constructor(private readonly session: Session) {
    session.timeline.onChange(() => this.#streams.forgetAll());
  }

  /** Knows of each id whether it is in the stream. */
  async covering(name: string, ids: readonly string[]): Promise<KnownStream> {
    let stream = this.#streams.get(name);
    while (!stream || !ids.every((id) => stream?.covers(id))) {
      const { number } = this.session.timeline;
      const page = await this.#pageBefore(name, stream);
      const now = this.#streams.get(name);
      // Meanwhile someone else may have found out more, or the store was restored: that counts.
      if (now !== stream || number !== this.session.timeline.number) stream = now;
      else stream = this.#grown(name, stream, page);
    }
    return stream;
  }

  get(name: string): KnownStream | undefined {
    return this.#streams.get(name);
  }

  forget(name: string): void {
    this.#streams.forget(name);
  }

  /** What others have written since. @param actual - where the server says that the stream is */
  async refresh(name: string, actual: bigint | undefined): Promise<undefined> {
    const stream = this.#streams.get(name);
    if (!stream) return;
    const { last } = stream;
    const events: ReadEvent[] = [];
    for await (const event of streamEvents(this.session, name, { from: last + 1n })) events.push(event);
    // Who asked may have given up, and more be known by now.
    if (this.#streams.get(name) !== stream || stream.last !== last) return;
    for (const event of events) stream.add(event.id, knownEvent(event));
    // Events that were deleted count on, though no one can read them.
    if (actual !== undefined && stream.last < actual) stream.last = actual;
    this.#streams.set(name, stream);
  }

  /** @param last - revision of the last of the events, which end the stream now */
  wrote(name: string, events: readonly SerialisedEvent[], last: bigint, place: Place): void {
    const stream = this.#streams.get(name) ?? new KnownStream(-1n, true);
    const at = Date.now();
    for (const [index, { id }] of events.entries()) {
      const behind = events.length - 1 - index;
      stream.add(id, { revision: last - BigInt(behind), place: behind === 0 ? place : undefined, at });
    }
    this.#streams.set(name, stream);
  }

  /** The place of an event, asked for where it is not known. */
  async place(
    name: string,
    { revision, place }: Pick<KnownEvent, 'revision' | 'place'>,
  ): Promise<Place | undefined> {
    if (place) return place;
    for await (const event of streamEvents(this.session, name, { from: revision, maxCount: 1 }))
      return placeOf(event);
    return undefined;
  }

  async #pageBefore(name: string, stream: KnownStream | undefined): Promise<readonly ReadEvent[]> {
    const page: ReadEvent[] = [];
    const from = stream ? { from: stream.first - 1n } : {};
    const options = { ...from, direction: 'backwards', maxCount: lookBack } as const;
    for await (const event of streamEvents(this.session, name, options)) page.push(event);
    return page;
  }

  #grown(name: string, stream: KnownStream | undefined, page: readonly ReadEvent[]): KnownStream {
    const complete = page.length < lookBack || page.at(-1)?.revision === 0n;
    const grown = stream ?? new KnownStream(page[0]?.revision ?? -1n, complete);
    grown.addBefore(
      page.map((event) => [event.id.toLowerCase(), knownEvent(event)] as const),
      complete,
    );
    this.#streams.set(name, grown);
    return grown;
  }
}

const knownEvent = (event: ReadEvent): KnownEvent => ({
  revision: event.revision,
  place: placeOf(event),
  at: event.created.getTime(),
});

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

  constructor(private readonly session: Session) {}

  /** Knows of each id whether it is in the stream. */
  async covering(name: string, ids: readonly string[]): Promise<KnownStream> {
    let stream = this.#streams.get(name);
    while (!stream || !ids.every((id) => stream?.covers(id))) stream = await this.#readBack(name, stream);
    this.#streams.set(name, stream);
    return stream;
  }

  get(name: string): KnownStream | undefined {
    return this.#streams.get(name);
  }

  forget(name: string): void {
    this.#streams.forget(name);
  }

  /** What others have written since. @param actual - where the server says that the stream is */
  async refresh(name: string, actual: bigint | undefined): Promise<void> {
    const stream = this.#streams.get(name);
    if (!stream) return;
    for await (const event of streamEvents(this.session, name, { from: stream.last + 1n })) {
      stream.add(event.id, knownEvent(event));
    }
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

  async #readBack(name: string, stream: KnownStream | undefined): Promise<KnownStream> {
    const page: ReadEvent[] = [];
    const from = stream ? { from: stream.first - 1n } : {};
    const options = { ...from, direction: 'backwards', maxCount: lookBack } as const;
    for await (const event of streamEvents(this.session, name, options)) page.push(event);
    const complete = page.length < lookBack || page.at(-1)?.revision === 0n;
    const grown = stream ?? new KnownStream(page[0]?.revision ?? -1n, complete);
    grown.addBefore(
      page.map((event) => [event.id.toLowerCase(), knownEvent(event)] as const),
      complete,
    );
    return grown;
  }
}

const knownEvent = (event: ReadEvent): KnownEvent => ({
  revision: event.revision,
  place: placeOf(event),
  at: event.created.getTime(),
});

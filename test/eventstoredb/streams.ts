import type { LoggedEvent } from './log.js';
import { isMetadataStream, metadataIn, metadataStreamOf, originalOf } from './streamMetadata.js';
import { StreamState } from './streamState.js';

/** The streams of a log by their names. One that was never written is there too, without events. */
export class Streams {
  readonly #states = new Map<string, StreamState>();

  constructor(private readonly now: () => number) {}

  of(name: string): StreamState {
    let state = this.#states.get(name);
    if (!state) {
      state = new StreamState(isMetadataStream(name));
      this.#states.set(name, state);
    }
    return state;
  }

  /** A tombstone takes the metadata of the stream with it. */
  tombstoned(name: string): boolean {
    return this.of(name).tombstoned || this.of(originalOf(name)).tombstoned;
  }

  hasMetadata(name: string): boolean {
    return this.of(metadataStreamOf(name)).last >= 0;
  }

  hides(event: LoggedEvent): boolean {
    return this.of(event.stream).hides(event, this.now());
  }

  readable(event: LoggedEvent): boolean {
    return this.of(event.stream).exists && !this.hides(event);
  }

  add(event: LoggedEvent): void {
    this.of(event.stream).add(event);
    if (isMetadataStream(event.stream)) this.of(originalOf(event.stream)).configure(metadataIn(event.data));
  }

  clear(): void {
    this.#states.clear();
  }
}

import { v7 } from 'uuid';
import type { SerialisedEvent } from '../serialise.js';
import type { Appender } from './append.js';
import { hiddenPrefix } from './hidden.js';
import { streamEvents } from './read.js';
import type { Session } from './session.js';

export interface Latest {
  readonly text: string;
  readonly revision: bigint;
}

/** Texts of which only the last counts, each in a hidden stream whose earlier events the server may throw away. */
export class LatestTexts {
  /** Streams that keep one event only, as this process knows. */
  readonly #limited = new Set<string>();

  /** @param kind - part of the streams' names */
  constructor(
    private readonly session: Session,
    private readonly appender: Appender,
    private readonly kind: string,
  ) {
    session.timeline.onChange(() => this.#limited.clear());
  }

  async read(name: string): Promise<Latest | undefined> {
    const options = { direction: 'backwards', maxCount: 1 } as const;
    for await (const { data, revision } of streamEvents(this.session, this.#stream(name), options)) {
      const { text } = data as { text?: unknown };
      return typeof text === 'string' ? { text, revision } : undefined;
    }
    return undefined;
  }

  /** @returns the revision that it is at now. @throws {StoreError} `conflict` when it is not at the expected one */
  async write(
    name: string,
    text: string,
    expected: bigint | 'none' | 'any',
    timeline?: number,
  ): Promise<bigint> {
    const stream = this.#stream(name);
    if (!this.#limited.has(stream)) await this.#limit(stream);
    const { revision } = await this.appender.append(stream, [noteOf(`${hiddenPrefix}Noted`, { text })], {
      expectedRevision: expected,
      ...(timeline === undefined ? {} : { timeline }),
    });
    return revision;
  }

  async #limit(stream: string): Promise<void> {
    const metadata = `$$${stream}`;
    const options = { direction: 'backwards', maxCount: 1 } as const;
    let there = false;
    for await (const _ of streamEvents(this.session, metadata, options)) there = true;
    if (!there) await this.appender.append(metadata, [noteOf('$metadata', { $maxCount: 1 })]);
    this.#limited.add(stream);
  }

  #stream(name: string): string {
    return `${hiddenPrefix}${this.kind}-${name}`;
  }
}

export const noteOf = (type: string, data: object): SerialisedEvent => {
  const id = v7();
  return {
    id,
    type,
    data: JSON.stringify(data),
    correlationId: id,
    causationId: undefined,
    schema: 1,
    extra: undefined,
  };
};

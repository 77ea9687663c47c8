import type { Appender } from './append.js';
import { hiddenStream } from './hidden.js';
import { noteOf } from './note.js';
import { linkType } from './proposed.js';
import { streamEvents } from './read.js';
import type { ReadEvent } from './recorded.js';
import type { Session } from './session.js';

export interface Latest {
  readonly text: string;
  readonly revision: bigint;
}

/** An event that is not there. */
const nowhere = '0@threadless.nowhere';

/**
 * Texts of which only the last counts, each in a hidden stream whose earlier events the server may throw away. Each is the
 * metadata of a link that leads nowhere: the server's standard projections link everything by its type but links, and what
 * they write stays for ever.
 */
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
    const last = await lastIn(this.session, hiddenStream(this.kind, name));
    const text = last && textIn(last);
    return text === undefined || last === undefined ? undefined : { text, revision: last.revision };
  }

  /** @returns the revision that it is at now. @throws {StoreError} `conflict` when it is not at the expected one */
  async write(
    name: string,
    text: string,
    expected: bigint | 'none' | 'any',
    timeline?: number,
  ): Promise<bigint> {
    const stream = hiddenStream(this.kind, name);
    if (!this.#limited.has(stream)) await this.#limit(stream);
    const note = { ...noteOf(linkType, {}), data: nowhere, extra: JSON.stringify({ text }) };
    const { revision } = await this.appender.append(stream, [note], {
      expectedRevision: expected === 'none' ? await this.#nothing(stream) : expected,
      ...(timeline === undefined ? {} : { timeline }),
    });
    return revision;
  }

  /** Where there is no text: what someone else has written into the stream is none, and goes. */
  async #nothing(stream: string): Promise<bigint | 'none'> {
    const last = await lastIn(this.session, stream);
    return last === undefined || textIn(last) !== undefined ? 'none' : last.revision;
  }

  async #limit(stream: string): Promise<void> {
    const metadata = `$$${stream}`;
    if ((await lastIn(this.session, metadata)) === undefined)
      await this.appender.append(metadata, [noteOf('$metadata', { $maxCount: 1 })]);
    this.#limited.add(stream);
  }
}

const textIn = ({ metadata }: ReadEvent): string | undefined => {
  const { text } = (metadata ?? {}) as { text?: unknown };
  return typeof text === 'string' ? text : undefined;
};

export const lastIn = async (session: Session, stream: string): Promise<ReadEvent | undefined> => {
  const options = { direction: 'backwards', maxCount: 1 } as const;
  for await (const event of streamEvents(session, stream, options)) return event;
  return undefined;
};

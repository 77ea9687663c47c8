import type { Appender } from './append.js';
import { hiddenPrefix } from './hidden.js';
import { type Latest, lastIn } from './latest.js';
import { noteOf } from './note.js';
import type { Session } from './session.js';

export interface Former extends Latest {
  /** What it was replaced by elsewhere. Absent: it was not. */
  readonly moved?: string;
}

/** Texts as version 0.1 kept them: as events of streams with a `-`. An earlier version that still runs goes by them. */
export class FormerTexts {
  /** @param kind - part of the streams' names */
  constructor(
    private readonly session: Session,
    private readonly appender: Appender,
    private readonly kind: string,
  ) {}

  async read(name: string): Promise<Former | undefined> {
    const last = await lastIn(this.session, this.#stream(name));
    const { text, moved } = (last?.data ?? {}) as { text?: unknown; moved?: unknown };
    if (last === undefined || typeof text !== 'string') return undefined;
    return { text, revision: last.revision, ...(typeof moved === 'string' ? { moved } : {}) };
  }

  /**
   * Replaces it by one that earlier versions do not understand: the format of their texts is a number.
   *
   * @param text - what takes its place elsewhere
   * @throws {StoreError} `conflict` when it is not at the expected revision
   */
  async move(name: string, text: string, expected: bigint | 'none'): Promise<void> {
    const told = JSON.stringify({ format: 'moved' });
    const note = noteOf(`${hiddenPrefix}Noted`, { text: told, moved: text });
    await this.appender.append(this.#stream(name), [note], { expectedRevision: expected });
  }

  #stream(name: string): string {
    return `${hiddenPrefix}${this.kind}-${name}`;
  }
}

import type { NewEvent } from '../domain/event.js';
import type { Line } from './replayed.js';

/** As many as are shown before a difference. */
const kept = 4;

/** The last lines of a conversation as it was recorded. */
export class LastLines {
  #lines: readonly (Line & { readonly messageId: string })[] = [];

  add({ type, data }: NewEvent): void {
    const { messageId, text, receivedAt, sentAt } = data as Readonly<Record<string, string | undefined>>;
    const at = type === 'MessageReceived' ? receivedAt : type === 'MessageSent' ? sentAt : undefined;
    if (text === undefined || at === undefined || messageId === undefined) return;
    const way = type === 'MessageReceived' ? 'in' : 'out';
    this.#lines = [...this.#lines.slice(1 - kept), { way, text, at, messageId }];
  }

  /** Those before a message: it may be among the last itself. */
  before(messageId: string): readonly Line[] {
    const index = this.#lines.findIndex((line) => line.messageId === messageId);
    const lines = index < 0 ? this.#lines : this.#lines.slice(0, index);
    return lines.slice(-2).map(({ way, text, at }) => ({ way, text, at }));
  }
}

import type { NewEvent } from '../domain/event.js';
import type { Line } from './replayed.js';

/** As many as are shown before a difference, and the message itself. */
const kept = 3;

/** The last lines of a conversation as it was recorded. */
export class LastLines {
  readonly #events: NewEvent[] = [];

  add(event: NewEvent): void {
    if (event.type !== 'MessageReceived' && event.type !== 'MessageSent') return;
    this.#events.push(event);
    if (this.#events.length > kept) this.#events.shift();
  }

  /** Those before a message: it may be among the last itself. */
  before(messageId: string): readonly Line[] {
    const lines = this.#events.map(lineOf);
    const index = lines.findIndex((line) => line.messageId === messageId);
    return (index < 0 ? lines : lines.slice(0, index))
      .slice(1 - kept)
      .map(({ way, text, at }) => ({ way, text, at }));
  }
}

const lineOf = ({ type, data }: NewEvent): Line & { readonly messageId: string } => {
  const { messageId, text, receivedAt, sentAt } = data as Readonly<Record<string, unknown>>;
  return {
    way: type === 'MessageReceived' ? 'in' : 'out',
    text: wordsOf(text),
    at: wordsOf(receivedAt ?? sentAt),
    messageId: wordsOf(messageId),
  };
};

/** A newer version may keep something else there: that is shown as it is. */
const wordsOf = (value: unknown): string =>
  typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);

import type { ServerResponse } from 'node:http';
import { backendOf } from '../../domain/backendPause.js';
import type { Connection } from '../../domain/connection.js';
import { connectionOf, isSameConnection } from '../../domain/connection.js';
import type { RecordedEvent } from '../../domain/event.js';
import type { Log } from '../../domain/log.js';
import type { EventStore, Subscription } from '../../store/port.js';

/** What a page is about, as it is asked for: `all`, `messages`, `backend:NAME`, or the path of a conversation. */
export type Concerns = (event: RecordedEvent) => boolean;

/** Undefined for what is no topic. */
export const concernsOf = (
  topic: string,
  connectionAt: (path: string) => Connection | undefined,
): Concerns | undefined => {
  if (topic === 'all') return () => true;
  if (topic === 'messages') return ({ stream }) => stream.startsWith('conversation-');
  if (topic.startsWith('backend:')) {
    const name = topic.slice('backend:'.length);
    const start = `conversation-${encodeURIComponent(name)}:`;
    return ({ stream }) => stream.startsWith(start) || backendOf(stream) === name;
  }
  const wanted = connectionAt(topic);
  if (wanted === undefined) return undefined;
  return ({ stream }) => {
    const connection = connectionOf(stream);
    return connection !== undefined && isSameConnection(connection, wanted);
  };
};

interface Topic {
  readonly name: string;
  readonly concerns: Concerns;
}

/** A page hears at most so often that there is something new: it looks itself, and what is looked up costs. */
const noticeMs = 1_000;
/** Between two signs of life: proxies give up a connection that is silent for longer. */
const heartbeatMs = 15_000;
/** So many browsers may listen at a time. */
const maxReaders = 500;
const againMs = 2_000;

/**
 * Tells browsers that something happened that their pages are about; not what, so that nothing is told to anyone who may not see it. One
 * subscription serves all of them, and there is none while nobody listens.
 */
export class LiveNotices {
  readonly #readers = new Set<Reader>();
  #subscription: Subscription | undefined;
  #again: NodeJS.Timeout | undefined;

  constructor(
    private readonly store: Pick<EventStore, 'subscribe'>,
    private readonly log: Log,
  ) {}

  get isFull(): boolean {
    return this.#readers.size >= maxReaders;
  }

  /** Until the browser goes, or `stopping` aborts. */
  listen(response: ServerResponse, topics: readonly Topic[], stopping: AbortSignal): void {
    const reader = new Reader(response, topics);
    this.#readers.add(reader);
    if (this.#subscription === undefined) this.#follow();
    const end = () => response.end();
    stopping.addEventListener('abort', end, { once: true });
    response.once('close', () => {
      stopping.removeEventListener('abort', end);
      reader.close();
      this.#readers.delete(reader);
      if (this.#readers.size === 0) this.#rest();
    });
  }

  #follow(): void {
    const subscription = this.store.subscribe({ from: 'end' });
    this.#subscription = subscription;
    void this.#hear(subscription);
  }

  #rest(): void {
    clearTimeout(this.#again);
    this.#again = undefined;
    this.#subscription?.close();
    this.#subscription = undefined;
  }

  async #hear(subscription: Subscription): Promise<void> {
    try {
      for await (const item of subscription) {
        if (item.kind !== 'event') continue;
        for (const reader of this.#readers) reader.hear(item.event);
      }
    } catch (err) {
      this.log.debug({ err }, 'what happens cannot be followed for the pages now');
    }
    if (this.#subscription !== subscription) return;
    // What happened meanwhile is not known: the pages look.
    this.#again = setTimeout(() => {
      for (const reader of this.#readers) reader.hearAll();
      this.#follow();
    }, againMs).unref();
  }
}

/** One browser. However much happens, it holds a name a topic, and nothing is written that was not read yet. */
class Reader {
  readonly #news = new Set<string>();
  readonly #beat: NodeJS.Timeout;
  #due: NodeJS.Timeout | undefined;

  constructor(
    private readonly response: ServerResponse,
    private readonly topics: readonly Topic[],
  ) {
    response.write(': listening\n\n');
    this.#beat = setInterval(() => this.#write(': alive\n\n'), heartbeatMs).unref();
  }

  hear(event: RecordedEvent): void {
    for (const { name, concerns } of this.topics) {
      if (!this.#news.has(name) && concerns(event)) this.#tell(name);
    }
  }

  hearAll(): void {
    for (const { name } of this.topics) this.#tell(name);
  }

  close(): void {
    clearInterval(this.#beat);
    clearTimeout(this.#due);
  }

  /** At once when it was quiet, else together with what comes within a moment. */
  #tell(name: string): void {
    this.#news.add(name);
    this.#due ??= setTimeout(() => this.#flush(), this.#news.size === 1 ? 50 : noticeMs).unref();
  }

  #flush(): void {
    this.#due = undefined;
    if (this.response.writableNeedDrain) {
      this.response.once('drain', () => this.#flush());
      return;
    }
    for (const name of this.#news) this.#write(`data: ${JSON.stringify(name)}\n\n`);
    this.#news.clear();
    // What comes within the next moment waits for its end.
    this.#due = setTimeout(() => {
      this.#due = undefined;
      if (this.#news.size > 0) this.#flush();
    }, noticeMs).unref();
  }

  #write(frame: string): void {
    if (!this.response.writableNeedDrain) this.response.write(frame);
  }
}

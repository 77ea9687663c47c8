import { InboundBacklog, OutboundBacklog } from '../../../domain/backlog.js';
import { connectionOf } from '../../../domain/connection.js';
import type { RecordedEvent } from '../../../domain/event.js';
import { messageIdOf } from '../../../domain/events.js';
import { inboundStatusAfter } from '../../../domain/inboundMessage.js';
import { asksForAttempts } from '../../../domain/outboundMessage.js';
import { conversationTypes, isUnderstood } from '../../../domain/understood.js';
import type { OpenStore } from '../../../store/port.js';

/** What is stored and not done. */
export interface OpenWork {
  /** Texts that wait for their gateway, by backend. */
  readonly texts: ReadonlyMap<string, Waiting>;
  /** Messages that wait for routing. */
  readonly messages: Waiting | undefined;
  /** False: more lies behind than was read, so more may wait. */
  readonly isWhole: boolean;
}

export interface Waiting {
  readonly count: number;
  /** When the oldest was stored: ISO, UTC. */
  readonly since: string;
}

/** So many are read: some seconds. */
const mostEvents = { file: 300_000, server: 50_000 };

/** @param from - everything before it is done; undefined: the beginning */
export const openWorkIn = async (
  store: OpenStore,
  kind: keyof typeof mostEvents,
  from: string | undefined,
): Promise<OpenWork> => {
  const tally = new Tally();
  const maxCount = mostEvents[kind];
  let events = 0;
  const place = from === undefined ? {} : { from };
  for await (const event of store.readAll({ ...place, filter: { types: conversationTypes }, maxCount })) {
    events += 1;
    if (isUnderstood(event)) tally.add(event);
  }
  return { ...tally.open, isWhole: events < maxCount };
};

interface Entry {
  readonly since: string;
  readonly backend: string;
}

class Tally {
  readonly #texts = new OutboundBacklog<Entry>();
  readonly #messages = new InboundBacklog<Entry>();

  add(event: RecordedEvent): void {
    if (asksForAttempts(event)) this.#begin(this.#texts, event);
    else if (inboundStatusAfter(event) === 'waiting') this.#begin(this.#messages, event);
    else {
      this.#texts.read(event);
      this.#messages.read(event);
    }
  }

  #begin(backlog: InboundBacklog<Entry> | OutboundBacklog<Entry>, event: RecordedEvent): void {
    const messageId = messageIdOf(event);
    const backend = connectionOf(event.stream)?.backend;
    if (messageId !== undefined && backend !== undefined)
      backlog.add(messageId, { since: event.recordedAt, backend });
  }

  get open(): Pick<OpenWork, 'texts' | 'messages'> {
    const texts = new Map<string, Waiting>();
    for (const { backend, since } of this.#texts.items) {
      const before = texts.get(backend);
      texts.set(backend, { count: (before?.count ?? 0) + 1, since: before?.since ?? since });
    }
    const [first] = this.#messages.items;
    const messages = first && { count: this.#messages.size, since: first.since };
    return { texts, messages };
  }
}

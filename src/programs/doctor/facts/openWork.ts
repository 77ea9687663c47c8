import { connectionOf } from '../../../domain/connection.js';
import type { RecordedEvent } from '../../../domain/event.js';
import type { MessageDiscarded } from '../../../domain/events.js';
import { evolve, isEnded, type OutboundMessage, outboundMessage } from '../../../domain/outboundMessage.js';
import { isUnderstood } from '../../../domain/understood.js';
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

const types = [
  'MessageReceived',
  'MessageRouted',
  'RoutingFailed',
  'MessageSent',
  'MessageCancelled',
  'MessageDispatched',
  'DispatchFailed',
  'DispatchUnclear',
  'MessageAbandoned',
  'MessageRequeued',
  'MessageDiscarded',
  'DeliveryReported',
];

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
  for await (const event of store.readAll({ ...place, filter: { types }, maxCount })) {
    events += 1;
    if (isUnderstood(event)) tally.add(event);
  }
  return { ...tally.open, isWhole: events < maxCount };
};

interface OpenText {
  readonly message: OutboundMessage;
  readonly backend: string;
  readonly since: string;
}

class Tally {
  readonly #texts = new Map<string, OpenText>();
  readonly #messages = new Map<string, string>();

  add(event: RecordedEvent): void {
    const { messageId, direction } = event.data as Partial<MessageDiscarded['data']>;
    if (messageId === undefined) return;
    switch (event.type) {
      case 'MessageReceived':
        this.#messages.set(messageId, event.recordedAt);
        return;
      case 'MessageRouted':
      case 'RoutingFailed':
        this.#messages.delete(messageId);
        return;
      case 'MessageRequeued':
        if (direction === 'inbound') this.#messages.set(messageId, event.recordedAt);
        else this.#begin(messageId, event);
        return;
      case 'MessageSent':
        this.#begin(messageId, event);
        return;
      case 'MessageDiscarded':
        if (direction === 'inbound') this.#messages.delete(messageId);
        else this.#goOn(messageId, event);
        return;
      default:
        this.#goOn(messageId, event);
    }
  }

  #begin(messageId: string, event: RecordedEvent): void {
    const backend = connectionOf(event.stream)?.backend;
    if (backend === undefined) return;
    const message = evolve(outboundMessage(messageId), event);
    this.#texts.set(messageId, { message, backend, since: event.recordedAt });
  }

  #goOn(messageId: string, event: RecordedEvent): void {
    const text = this.#texts.get(messageId);
    if (text === undefined) return;
    const message = evolve(text.message, event);
    if (isEnded(message)) this.#texts.delete(messageId);
    else this.#texts.set(messageId, { ...text, message });
  }

  get open(): Pick<OpenWork, 'texts' | 'messages'> {
    const texts = new Map<string, Waiting>();
    for (const { backend, since } of this.#texts.values()) {
      const before = texts.get(backend);
      texts.set(backend, { count: (before?.count ?? 0) + 1, since: before?.since ?? since });
    }
    const [since] = this.#messages.values();
    return { texts, messages: since === undefined ? undefined : { count: this.#messages.size, since } };
  }
}

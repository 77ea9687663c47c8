import type { Connection } from '../domain/connection.js';
import type { DomainEvent, RecordedEvent } from '../domain/event.js';
import type { MessageReceived, MessageRouted, MessageSent } from '../domain/events.js';
import { isUnderstood } from '../domain/understood.js';

/** A decision of apps on a message, as it was recorded. */
export interface RecordedDecision {
  readonly id: string;
  readonly position: string;
  readonly revision: number;
  /** What the apps knew the conversation to have been. */
  readonly counts: RecordedCounts;
  /** It does not say what it went by: by all that stood before it. */
  readonly isOlder: boolean;
  readonly message: MessageReceived['data'];
  /** The time that the apps went by: ISO, UTC. */
  readonly at: string;
  /** The texts that it led to in other conversations. */
  readonly elsewhere: readonly (Connection & { readonly messageId: string })[];
}

/** A text that answers someone's message, as it was recorded. */
export interface RecordedText {
  readonly inResponseTo: string;
  readonly text: string;
  readonly revision: number;
  /** Up to which revision of its own conversation was known, of a text to another. */
  readonly seen?: number;
  /** Whose message it follows, when that is another conversation. */
  readonly from?: Connection;
  readonly isSent: boolean;
}

/** A fact that an app remembered. */
export interface RecordedFact extends DomainEvent {
  readonly revision: number;
  readonly causeId: string | undefined;
}

/** What a conversation has been at some point. */
export interface RecordedCounts {
  readonly received: number;
  readonly sent: number;
  /** ISO, UTC. */
  readonly firstReceivedAt?: string;
}

/** Texts that were stored while a decision was taken, at most: those before are known to be. */
const maxBeside = 256;

/** What is recorded of one conversation, as far as apps knew of it: its events one after the other, to be looked at from any of them. */
export class RecordedStory {
  readonly decisions: RecordedDecision[] = [];
  readonly texts = new Map<string, RecordedText>();
  readonly facts: RecordedFact[] = [];
  /** The decisions that facts come of. */
  readonly remembered = new Set<string>();
  readonly #answers = new Map<string, RecordedText[]>();
  readonly #messages = new Map<string, MessageReceived['data']>();
  /** Revisions of what came in and of what went out, in order. */
  readonly #received: number[] = [];
  readonly #sent: number[] = [];
  readonly #seen = new Map<string, number>();
  /** When the store took each event: milliseconds since 1970. */
  readonly #times: { readonly revision: number; readonly time: number }[] = [];
  /** The last texts, the last one first. */
  readonly #latest: RecordedText[] = [];
  #firstReceivedAt: string | undefined;

  constructor(readonly connection: Connection) {}

  add(event: RecordedEvent): void {
    if (!isUnderstood(event)) return;
    const { type, data } = event;
    const revision = Number(event.revision);
    this.#times.push({ revision, time: Date.parse(event.recordedAt) });
    if (type === 'MessageReceived') this.#receive(data as MessageReceived['data'], revision);
    else if (type === 'MessageRouted') this.#decide(event, revision);
    else if (type === 'MessageSent' || type === 'MessageCancelled') this.#send(event, revision);
    else if (/^[\w-]+\.\w+$/.test(type)) this.#remember(event, revision);
  }

  /** The texts here that answer a message, of this conversation or of another. */
  answersTo(messageId: string): readonly RecordedText[] {
    return this.#answers.get(messageId) ?? [];
  }

  /** What it had been when this revision was known. */
  countsAt(revision: number): RecordedCounts {
    const received = upTo(this.#received, revision);
    const first = received > 0 ? this.#firstReceivedAt : undefined;
    return {
      received,
      sent: upTo(this.#sent, revision),
      ...(first === undefined ? {} : { firstReceivedAt: first }),
    };
  }

  /** The last revision that was stored by then. @param time - milliseconds since 1970 */
  storedBy(time: number): number {
    return this.#times.findLast((one) => one.time <= time)?.revision ?? -1;
  }

  #remember({ type, data, metadata: { $causationId: causeId } }: RecordedEvent, revision: number): void {
    this.facts.push({ type, data, revision, causeId });
    if (causeId !== undefined) this.remembered.add(causeId);
  }

  #receive(message: MessageReceived['data'], revision: number): void {
    this.#messages.set(message.messageId, message);
    this.#received.push(revision);
    this.#firstReceivedAt ??= message.receivedAt;
  }

  #decide({ id, position, data }: RecordedEvent, revision: number): void {
    const { messageId, outcome, routedAt, seen, elsewhere = [] } = data as MessageRouted['data'];
    const message = this.#messages.get(messageId);
    if (message === undefined || outcome === 'duplicate') return;
    const known = seen === undefined ? revision - 1 : Number(seen);
    this.#seen.set(messageId, known);
    const { sent, ...counts } = this.countsAt(known);
    this.decisions.push({
      id,
      position,
      revision,
      counts: { ...counts, sent: sent + this.#sentBeside(known) },
      isOlder: seen === undefined,
      message,
      at: routedAt,
      elsewhere,
    });
  }

  /** Texts of decisions that went by the same revision and are stored with this one: it knows of them. */
  #sentBeside(seen: number): number {
    let count = 0;
    for (const { revision, isSent, inResponseTo } of this.#latest) {
      if (revision <= seen) break;
      if (isSent && this.#seen.get(inResponseTo) === seen) count += 1;
    }
    return count;
  }

  #send({ type, data }: RecordedEvent, revision: number): void {
    const { messageId, inResponseTo, text, from, seen } = data as MessageSent['data'];
    const isSent = type === 'MessageSent';
    if (isSent) this.#sent.push(revision);
    if (inResponseTo === undefined) return;
    const recorded = {
      inResponseTo,
      text,
      revision,
      isSent,
      ...(seen === undefined ? {} : { seen: Number(seen) }),
      ...(from === undefined ? {} : { from }),
    };
    this.texts.set(messageId, recorded);
    const answers = this.#answers.get(inResponseTo);
    if (answers === undefined) this.#answers.set(inResponseTo, [recorded]);
    else answers.push(recorded);
    this.#latest.unshift(recorded);
    if (this.#latest.length > maxBeside) this.#latest.pop();
  }
}

/** How many of them are not beyond it: they are in order. */
const upTo = (revisions: readonly number[], revision: number): number => {
  let [low, high] = [0, revisions.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((revisions[middle] ?? 0) <= revision) low = middle + 1;
    else high = middle;
  }
  return low;
};

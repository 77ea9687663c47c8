// The story of a conversation: its events in the order of causes. Under each message that came in stands what was decided on it,
// under that the texts that it led to, under each text what became of it; so a report of the next day stands with its text.
import type { Connection } from '../domain/connection.js';
import type { RecordedEvent } from '../domain/event.js';
import type { MessageRouted, MessageSent } from '../domain/events.js';
import { isUnderstood } from '../domain/understood.js';

/** What begins in a conversation, with all that followed from it. */
export type Chain = InboundStory | TextStory | OtherStory;

/** A message that came in. */
export interface InboundStory {
  readonly way: 'in';
  readonly messageId: string;
  /** Absent: it was cut away from the conversation, or lies before what was read. */
  readonly received?: RecordedEvent;
  /** In the order in which they were stored. */
  readonly steps: readonly Step[];
}

/** What was decided on a message, or a person did with it, and what that led to. */
export interface Step {
  readonly event: RecordedEvent;
  readonly facts: readonly RecordedEvent[];
  /** In the order in which they were decided. */
  readonly texts: readonly TextStory[];
}

/** A text that goes out. */
export interface TextStory {
  readonly way: 'out';
  readonly messageId: string;
  /** To whom, when that is another conversation. */
  readonly to?: Connection;
  /** Whose message it follows, where it does not say so itself. */
  readonly follows?: Connection;
  /** `MessageSent` or `MessageCancelled`; absent: as {@link InboundStory.received}. */
  readonly decided?: RecordedEvent;
  /** Attempts, reports, and what a person did. */
  readonly steps: readonly RecordedEvent[];
}

/** An event that is about no message: another program's, or of a version that says it in another way. */
export interface OtherStory {
  readonly way: 'none';
  readonly event: RecordedEvent;
}

/** @param events - of one conversation, in the order of its stream, from any place on */
export const chainsOf = (events: readonly RecordedEvent[]): readonly Chain[] => {
  const teller = new Teller();
  for (const event of events) teller.tell(event);
  return teller.chains;
};

/** True for an event with which a chain begins: nothing that stands before it in its conversation led to it. */
export const beginsChain = (event: RecordedEvent): boolean => {
  if (event.type === 'MessageReceived') return true;
  if (event.type !== 'MessageSent' && event.type !== 'MessageCancelled') return false;
  const { inResponseTo, from } = event.data as MessageSent['data'];
  return inResponseTo === undefined || from !== undefined;
};

type Growing<Story> = {
  -readonly [Key in keyof Story]: Story[Key] extends readonly (infer Item)[] ? Item[] : Story[Key];
};

class Teller {
  readonly chains: Chain[] = [];
  readonly #inbound = new Map<string, Growing<InboundStory>>();
  readonly #texts = new Map<string, Growing<TextStory>>();
  /** By the id of the event. */
  readonly #steps = new Map<string, Growing<Step>>();

  tell(event: RecordedEvent): void {
    const { type } = event;
    const messageId = messageIdOf(event);
    if (isUnderstood(event) && messageId !== undefined) {
      if (type === 'MessageReceived') this.#inboundOf(messageId).received = event;
      else if (type === 'MessageRouted' || type === 'RoutingFailed') this.#decided(messageId, event);
      else if (type === 'MessageSent' || type === 'MessageCancelled') this.#sent(messageId, event);
      else this.#about(messageId, event);
      return;
    }
    // What it is about, a newer version may tell in these words too.
    const step = this.#steps.get(event.metadata.$causationId ?? '');
    const known = messageId !== undefined && (this.#texts.has(messageId) || this.#inbound.has(messageId));
    if (known) this.#about(messageId, event);
    else if (step !== undefined) step.facts.push(event);
    else this.chains.push({ way: 'none', event });
  }

  #inboundOf(messageId: string): Growing<InboundStory> {
    const known = this.#inbound.get(messageId);
    if (known !== undefined) return known;
    const story: Growing<InboundStory> = { way: 'in', messageId, steps: [] };
    this.#inbound.set(messageId, story);
    this.chains.push(story);
    return story;
  }

  #step(messageId: string, event: RecordedEvent): Growing<Step> {
    const step: Growing<Step> = { event, facts: [], texts: [] };
    this.#inboundOf(messageId).steps.push(step);
    this.#steps.set(event.id, step);
    return step;
  }

  #decided(messageId: string, event: RecordedEvent): void {
    const step = this.#step(messageId, event);
    for (const { messageId: textId, ...to } of (event.data as MessageRouted['data']).elsewhere ?? []) {
      const text: Growing<TextStory> = { way: 'out', messageId: textId, to, steps: [] };
      this.#texts.set(textId, text);
      step.texts.push(text);
    }
  }

  #sent(messageId: string, event: RecordedEvent): void {
    const known = this.#texts.get(messageId);
    if (known !== undefined) {
      known.decided ??= event;
      return;
    }
    const text: Growing<TextStory> = { way: 'out', messageId, decided: event, steps: [] };
    this.#texts.set(messageId, text);
    const step = this.#steps.get(event.metadata.$causationId ?? '');
    if (step === undefined) this.chains.push(text);
    else step.texts.push(text);
  }

  /** What became of a message, or a person did with it. */
  #about(messageId: string, event: RecordedEvent): void {
    const { direction } = event.data as { readonly direction?: unknown };
    const isInbound = direction === 'inbound' || (direction === undefined && this.#inbound.has(messageId));
    if (isInbound) {
      this.#step(messageId, event);
      return;
    }
    const known = this.#texts.get(messageId);
    if (known !== undefined) {
      known.steps.push(event);
      return;
    }
    const text: Growing<TextStory> = { way: 'out', messageId, steps: [event] };
    this.#texts.set(messageId, text);
    this.chains.push(text);
  }
}

/** The message that an event is about; undefined for what apps recorded. */
export const messageIdOf = ({ data }: Pick<RecordedEvent, 'data'>): string | undefined => {
  const { messageId } = (data ?? {}) as { readonly messageId?: unknown };
  return typeof messageId === 'string' ? messageId : undefined;
};

/** Every text of a chain. */
export const textsOf = (chain: Chain): readonly TextStory[] => {
  if (chain.way === 'out') return [chain];
  return chain.way === 'in' ? chain.steps.flatMap(({ texts }) => texts) : [];
};

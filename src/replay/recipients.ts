import { LRUCache } from 'lru-cache';
import type { AnyApp, ConversationFacts } from '../apps/app.js';
import type { Memory } from '../apps/memory.js';
import type { Steps } from '../apps/steps.js';
import { type Connection, conversationStream } from '../domain/connection.js';
import type { NewEvent } from '../domain/event.js';
import type { MessageSent } from '../domain/events.js';
import { isUnderstood } from '../domain/understood.js';
import type { Known } from '../routing/decide.js';
import { Folded } from './folded.js';
import type { ToldEvent } from './groups.js';
import type { Recipients } from './runMessage.js';

/** Reads a conversation from an event on. */
export type ReadConversation = (
  stream: string,
) => AsyncIterable<readonly ToldEvent[]> | Iterable<readonly ToldEvent[]>;

/** A conversation as it was from one of its events on. */
interface Moment {
  readonly revision: number;
  readonly time: number;
  readonly conversation: ConversationFacts;
  readonly memory: Memory;
}

interface Loaded {
  /** Those of others, by their own ids, … */
  readonly texts: ReadonlyMap<string, ToldEvent>;
  /** … and by that of the message that they answer. */
  readonly answers: ReadonlyMap<string, readonly ToldEvent[]>;
  /** Whenever something changed that an app could see, in their order. */
  readonly moments: readonly Moment[];
}

/** Texts and moments of the conversations kept, at most: those not asked for longest are read again when they are. */
const maxKept = 20_000;

/** The conversations to which texts of others went, read when they are asked for. */
export class StoredRecipients implements Recipients {
  readonly #kept = new LRUCache<string, Loaded>({
    maxSize: maxKept,
    sizeCalculation: ({ texts, moments }) => Math.min(maxKept, 1 + texts.size + moments.length),
  });
  /** Where no app looks at texts on their way out, nothing need be known of who gets them. */
  readonly #looksAtRecipients: boolean;

  constructor(
    private readonly apps: readonly AnyApp[],
    private readonly read: ReadConversation,
  ) {
    this.#looksAtRecipients = apps.some(({ outgoing }) => outgoing !== undefined);
  }

  *text(to: Connection, messageId: string): Steps<ToldEvent | undefined> {
    return (yield* this.#load(to)).texts.get(messageId);
  }

  *answersTo(to: Connection, messageId: string): Steps<readonly ToldEvent[]> {
    return (yield* this.#load(to)).answers.get(messageId) ?? [];
  }

  seenAt(to: Connection, revision = -1): Steps<Known> {
    return this.#known(to, (moment) => moment.revision <= revision);
  }

  storedBy(to: Connection, at: number): Steps<Known> {
    return this.#known(to, (moment) => moment.time <= at);
  }

  *#known(to: Connection, isKnown: (moment: Moment) => boolean): Steps<Known> {
    const { moments } = this.#looksAtRecipients ? yield* this.#load(to) : { moments: [] };
    // They are in order: halve until the last that is known.
    let [low, high] = [0, moments.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const moment = moments[middle];
      if (moment !== undefined && isKnown(moment)) low = middle + 1;
      else high = middle;
    }
    const { conversation, memory } = moments[low - 1] ?? new Folded(to, this.apps);
    return { conversation, memory };
  }

  *#load(to: Connection): Steps<Loaded> {
    const stream = conversationStream(to);
    const kept = this.#kept.get(stream);
    if (kept !== undefined) return kept;
    const loading = new Loading(to, this.#looksAtRecipients ? this.apps : undefined);
    const pieces = this.read(stream);
    if (Symbol.iterator in pieces) for (const events of pieces) loading.take(events);
    else {
      const left = pieces[Symbol.asyncIterator]();
      for (;;) {
        const piece = (yield left.next()) as IteratorResult<readonly ToldEvent[]>;
        if (piece.done === true) break;
        loading.take(piece.value);
      }
    }
    loading.end();
    this.#kept.set(stream, loading);
    return loading;
  }
}

/** A conversation that is read for what others need to know of it. */
class Loading implements Loaded {
  readonly texts = new Map<string, ToldEvent>();
  readonly answers = new Map<string, ToldEvent[]>();
  readonly moments: Moment[] = [];
  readonly #folded: Folded | undefined;
  /** Messages of its own: what answers them is no other's. */
  readonly #own = new Set<unknown>();

  /** @param apps - whose memory of it is asked for; absent: nobody looks at it */
  constructor(to: Connection, apps?: readonly AnyApp[]) {
    this.#folded = apps && new Folded(to, apps);
  }

  take(events: readonly ToldEvent[]): void {
    for (const event of events) {
      const { messageId, inResponseTo } = event.data as Partial<MessageSent['data']>;
      if (event.type === 'MessageReceived') this.#own.add(messageId);
      else if (isAnswer(event) && !this.#own.has(inResponseTo)) this.#keep(event);
      if (this.#folded !== undefined) this.#look(this.#folded, event);
    }
  }

  end(): void {
    this.#own.clear();
  }

  #keep(event: ToldEvent): void {
    const { messageId, inResponseTo = '' } = event.data as MessageSent['data'];
    this.texts.set(messageId, event);
    const others = this.answers.get(inResponseTo);
    if (others === undefined) this.answers.set(inResponseTo, [event]);
    else others.push(event);
  }

  #look(folded: Folded, event: ToldEvent): void {
    const { conversation: before, memory: remembered } = folded;
    folded.take([event]);
    const { conversation, memory } = folded;
    const { received, sent } = conversation;
    if (received === before.received && sent === before.sent && memory === remembered) return;
    this.moments.push({ revision: event.revision, time: event.time, conversation, memory });
  }
}

const isAnswer = (event: NewEvent): boolean =>
  (event.type === 'MessageSent' || event.type === 'MessageCancelled') &&
  isUnderstood(event) &&
  (event.data as Partial<MessageSent['data']>).inResponseTo !== undefined;

import { LRUCache } from 'lru-cache';
import type { AnyApp } from '../apps/app.js';
import { type Connection, conversationStream } from '../domain/connection.js';
import type { NewEvent } from '../domain/event.js';
import type { MessageSent } from '../domain/events.js';
import { isUnderstood } from '../domain/understood.js';
import { Actor } from '../routing/actor.js';
import type { Known } from '../routing/decide.js';
import type { ToldEvent } from './groups.js';
import type { Recipients } from './runMessage.js';

/** Reads a conversation from an event on. */
export type ReadConversation = (
  stream: string,
) => AsyncIterable<readonly ToldEvent[]> | Iterable<readonly ToldEvent[]>;

/** A conversation as it was after one of its events. */
interface Moment {
  readonly revision: number;
  readonly time: number;
  readonly actor: Actor;
}

interface Loaded {
  /** By their own ids, … */
  readonly texts: ReadonlyMap<string, ToldEvent>;
  /** … and by that of the message that they answer. */
  readonly answers: ReadonlyMap<string, readonly ToldEvent[]>;
  readonly moments: readonly Moment[];
}

/** Events of the conversations kept, at most: those not asked for longest are read again when they are. */
const maxKept = 200_000;

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

  async text(to: Connection, messageId: string): Promise<NewEvent | undefined> {
    return (await this.#load(to)).texts.get(messageId);
  }

  async answersTo(to: Connection, messageId: string): Promise<readonly ToldEvent[]> {
    return (await this.#load(to)).answers.get(messageId) ?? [];
  }

  async seenAt(to: Connection, revision = -1): Promise<Known> {
    return this.#known(to, (moment) => moment.revision <= revision);
  }

  async storedBy(to: Connection, at: number): Promise<Known> {
    return this.#known(to, (moment) => moment.time <= at);
  }

  async #known(to: Connection, isKnown: (moment: Moment) => boolean): Promise<Known> {
    const { moments } = this.#looksAtRecipients ? await this.#load(to) : { moments: [] };
    // They are in order: halve until the last that is known.
    let [low, high] = [0, moments.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const moment = moments[middle];
      if (moment !== undefined && isKnown(moment)) low = middle + 1;
      else high = middle;
    }
    return moments[low - 1]?.actor ?? new Actor(to, this.apps);
  }

  async #load(to: Connection): Promise<Loaded> {
    const stream = conversationStream(to);
    const kept = this.#kept.get(stream);
    if (kept !== undefined) return kept;
    const texts = new Map<string, ToldEvent>();
    const answers = new Map<string, ToldEvent[]>();
    const moments: Moment[] = [];
    const actor = new Actor(to, this.apps);
    for await (const events of this.read(stream)) {
      for (const event of events) {
        if (isText(event)) {
          const { messageId, inResponseTo = '' } = event.data as MessageSent['data'];
          texts.set(messageId, event);
          const others = answers.get(inResponseTo);
          if (others === undefined) answers.set(inResponseTo, [event]);
          else others.push(event);
        }
        if (!this.#looksAtRecipients) continue;
        actor.foresee([event]);
        moments.push({ revision: event.revision, time: event.time, actor: actor.copy() });
      }
    }
    const loaded = { texts, answers, moments };
    this.#kept.set(stream, loaded);
    return loaded;
  }
}

const isText = (event: NewEvent): boolean =>
  (event.type === 'MessageSent' || event.type === 'MessageCancelled') &&
  isUnderstood(event) &&
  (event.data as Partial<MessageSent['data']>).inResponseTo !== undefined;

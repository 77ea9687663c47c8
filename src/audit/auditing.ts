import { type Connection, conversationStream } from '../domain/connection.js';
import type { RecordedEvent } from '../domain/event.js';
import { lastEvent } from '../store/ends.js';
import type { EventStore } from '../store/port.js';
import { allMessages, askGroups, askMessages, type GroupsAnswer, type MessagesAnswer } from './answers.js';
import { eventsQuestion, messagesQuestion } from './ask.js';
import {
  type AuditEvent,
  askEvents,
  type EventsAnswer,
  eventsOf,
  type FoundQuestion,
  shownEvent,
} from './events.js';
import { follow } from './live/follow.js';
import { type FoundPlace, findPlace, placeOf } from './live/place.js';
import { liveQuestion } from './live/question.js';
import type { Message } from './messages.js';
import type { MessagesIndex } from './messagesIndex.js';
import { type Asked, AuditError, type Surroundings } from './reading.js';

export interface AuditNeeds {
  readonly store: EventStore;
  readonly index: MessagesIndex;
  /** Those with an identity in any spelling: on one backend, or on any. */
  readonly conversations: (identity: string, backend: string | undefined) => Promise<readonly Connection[]>;
  readonly now: () => number;
  /** Events behind, for who must not be held up. */
  readonly countedAtMost?: number;
  /** Of days and hours, without one that is asked for. */
  readonly zone: string;
  /** Backends whose phones are played. */
  readonly played?: readonly string[];
  /** How a part of a question is called where it is asked. */
  readonly called: (part: string) => string;
}

/** Questions as they are asked, part by part as text. Nothing is written. Each throws {@link AuditError} for one that cannot be understood. */
export class Auditing {
  constructor(private readonly needs: AuditNeeds) {}

  /** A page of messages, or groups of them. @throws {TooManyGroups} */
  async messages(asked: Asked): Promise<MessagesAnswer | GroupsAnswer> {
    const question = messagesQuestion(asked, this.#surroundings);
    return question.counts ? askGroups(this.needs, question) : askMessages(this.needs, question);
  }

  /** All that match, whatever the limit. */
  allMessages(asked: Asked): AsyncIterable<Message> {
    return allMessages(this.needs, messagesQuestion(asked, this.#surroundings));
  }

  async events(asked: Asked): Promise<EventsAnswer> {
    return askEvents(this.needs.store, await this.#eventsQuestion(asked));
  }

  /** All that match, whatever the limit. */
  async allEvents(asked: Asked): Promise<AsyncIterable<AuditEvent>> {
    return shown(eventsOf(this.needs.store, await this.#eventsQuestion(asked)));
  }

  /** What comes, from now on or from a place or a time on, until `stop` aborts. */
  tail(asked: Asked, stop: AbortSignal): AsyncGenerator<AuditEvent, void, undefined> {
    const question = liveQuestion(asked, this.#surroundings);
    return shown(follow(this.needs.store, question, stop, this.needs.called));
  }

  /** Where somebody who was listening left off. */
  place(told: string): Promise<FoundPlace> {
    return findPlace(this.needs.store, told);
  }

  /** Where somebody who begins to listen is: the last event that there is. */
  async end(): Promise<string> {
    const last = await lastEvent(this.needs.store);
    return last === undefined ? '' : placeOf(last);
  }

  /** Of an identity the conversation with it. */
  async #eventsQuestion(asked: Asked): Promise<FoundQuestion> {
    const { identity, backend, ...question } = eventsQuestion(asked, this.#surroundings);
    if (identity === undefined) return question;
    const found = await this.needs.conversations(identity, backend);
    if (found.length > 1) {
      const names = found.map((one) => `${one.backend}:${one.identity}`).join(', ');
      throw new AuditError(
        this.needs.called('identity'),
        `${this.needs.called('backend')} with it, since several know it (${names})`,
        identity,
      );
    }
    const [connection] = found;
    return connection === undefined
      ? { ...question, isNowhere: true }
      : { ...question, stream: conversationStream(connection) };
  }

  get #surroundings(): Surroundings {
    const { now, zone, played = [], called } = this.needs;
    return { now: now(), zone, played, called };
  }
}

async function* shown(events: AsyncIterable<RecordedEvent>): AsyncGenerator<AuditEvent, void, undefined> {
  for await (const event of events) yield shownEvent(event);
}

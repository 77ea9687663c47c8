import { conversationStream } from '../domain/connection.js';
import type { RecordedEvent } from '../domain/event.js';
import type { EventStore } from '../store/port.js';
import { allMessages, askGroups, askMessages, type GroupsAnswer, type MessagesAnswer } from './answers.js';
import { eventsQuestion, messagesQuestion } from './ask.js';
import { type AuditEvent, askEvents, type EventsAnswer, eventsOf } from './events.js';
import { follow } from './live/follow.js';
import { liveQuestion } from './live/question.js';
import type { Message } from './messages.js';
import type { MessagesIndex } from './messagesIndex.js';
import type { Asked, Surroundings } from './reading.js';

export interface AuditNeeds {
  readonly store: EventStore;
  readonly index: MessagesIndex;
  readonly now: () => number;
  /** Of days and hours, without one that is asked for. */
  readonly zone: string;
  /** How a part of a question is called where it is asked. */
  readonly called: (part: string) => string;
}

/** Questions as they are asked, part by part as text. Nothing is written. Each throws {@link AuditError} for one that cannot be understood. */
export class Auditing {
  constructor(private readonly needs: AuditNeeds) {}

  /** A page of messages, or groups of them. @throws {TooManyGroups} */
  async messages(asked: Asked): Promise<MessagesAnswer | GroupsAnswer> {
    const question = messagesQuestion(asked, this.#surroundings);
    return question.by.length > 0 || question.times
      ? askGroups(this.needs, question)
      : askMessages(this.needs, question);
  }

  /** All that match, whatever the limit. */
  allMessages(asked: Asked): AsyncIterable<Message> {
    return allMessages(this.needs, messagesQuestion(asked, this.#surroundings));
  }

  async events(asked: Asked): Promise<EventsAnswer> {
    return askEvents(this.needs.store, this.#eventsQuestion(asked));
  }

  /** All that match, whatever the limit. */
  allEvents(asked: Asked): AsyncIterable<AuditEvent> {
    return withText(eventsOf(this.needs.store, this.#eventsQuestion(asked)));
  }

  /** What comes, from now on or from a place or a time on, until `stop` aborts. */
  tail(asked: Asked, stop: AbortSignal): AsyncGenerator<AuditEvent, void, undefined> {
    return withText(follow(this.needs.store, liveQuestion(asked, this.#surroundings), stop));
  }

  #eventsQuestion(asked: Asked) {
    return eventsQuestion(asked, this.#surroundings, (backend, identity) =>
      conversationStream({ backend, identity }),
    );
  }

  get #surroundings(): Surroundings {
    const { now, zone, called } = this.needs;
    return { now: now(), zone, called };
  }
}

async function* withText(events: AsyncIterable<RecordedEvent>): AsyncGenerator<AuditEvent, void, undefined> {
  for await (const event of events) yield { ...event, revision: event.revision.toString() };
}

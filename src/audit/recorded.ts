import type { DomainEvent } from '../domain/event.js';
import { type AuditAnswered, type AuditAsked, schemaVersion } from '../domain/events.js';
import type { EventStore } from '../store/port.js';
import type { Auditing } from './auditing.js';
import type { Asked } from './reading.js';

export interface RecordNeeds {
  readonly store: EventStore;
  /** Of the router whose configuration it is. */
  readonly node: string;
  readonly newId: () => string;
  /** ISO, UTC. */
  readonly now: () => string;
}

/** Where it is told who asked what. */
export const auditStream = (node: string): string => `audit-${node}`;

/** All that may be asked. */
export type Questions = Pick<
  Auditing,
  'messages' | 'allMessages' | 'events' | 'allEvents' | 'tail' | 'place' | 'end'
>;

type About = AuditAsked['data']['about'];

/** Questions of which it is recorded who asked them, before they are answered, and how much was read, afterwards. What cannot be recorded is not answered. */
export class RecordedQuestions implements Questions {
  constructor(
    private readonly questions: Questions,
    private readonly record: ReadingRecord,
  ) {}

  messages: Questions['messages'] = (asked) =>
    this.#one(
      'messages',
      asked,
      () => this.questions.messages(asked),
      (answer) => ('groups' in answer ? answer.groups.length : answer.messages.length),
    );

  events: Questions['events'] = (asked) =>
    this.#one(
      'events',
      asked,
      () => this.questions.events(asked),
      ({ events }) => events.length,
    );

  allMessages: Questions['allMessages'] = (asked) =>
    this.#all('messages', asked, () => this.questions.allMessages(asked));

  allEvents: Questions['allEvents'] = async (asked) => {
    const events = await this.questions.allEvents(asked);
    return this.#all('events', asked, () => events);
  };

  tail: Questions['tail'] = (asked, stop) => {
    // What is asked wrongly is told at once.
    const events = this.questions.tail(asked, stop);
    return this.#all('tail', asked, () => events);
  };

  /** Nothing of an event is told by these. */
  place: Questions['place'] = (told) => this.questions.place(told);
  end: Questions['end'] = () => this.questions.end();

  async #one<Answer>(
    about: About,
    asked: Asked,
    ask: () => Promise<Answer>,
    rowsOf: (answer: Answer) => number,
  ): Promise<Answer> {
    const id = await this.record.asked(about, asked);
    const answer = await ask();
    await this.record.answered(id, rowsOf(answer), true);
    return answer;
  }

  async *#all<Row>(
    about: About,
    asked: Asked,
    ask: () => AsyncIterable<Row>,
  ): AsyncGenerator<Row, void, undefined> {
    const id = await this.record.asked(about, asked);
    let rows = 0;
    let complete = false;
    try {
      for await (const row of ask()) {
        rows += 1;
        yield row;
      }
      complete = true;
    } finally {
      // Also of what the reader broke off.
      await this.record.answered(id, rows, complete);
    }
  }
}

/** What is recorded of whoever reads. */
export class ReadingRecord {
  /** @param by - who asks, and from where */
  constructor(
    private readonly needs: RecordNeeds,
    private readonly by: string,
  ) {}

  /** Before it is answered. @returns the id of the question */
  async asked(about: About, asked: Asked): Promise<string> {
    const { now, newId } = this.needs;
    const question = Object.fromEntries(
      Object.entries(asked).flatMap(([part, values]) =>
        values === undefined ? [] : [[part, values.join(',')]],
      ),
    );
    const id = newId();
    const data = { by: this.by, about, question, askedAt: now() };
    await this.#append(id, id, { type: 'AuditAsked', data } satisfies AuditAsked);
    return id;
  }

  /** @param complete - false: the reader broke it off */
  async answered(question: string, rows: number, complete: boolean): Promise<void> {
    const data = { question, rows, complete, answeredAt: this.needs.now() };
    await this.#append(this.needs.newId(), question, { type: 'AuditAnswered', data } satisfies AuditAnswered);
  }

  async #append(id: string, correlation: string, event: DomainEvent): Promise<void> {
    const causation = id === correlation ? {} : { $causationId: correlation };
    const metadata = { $correlationId: correlation, ...causation, schema: schemaVersion };
    await this.needs.store.append(auditStream(this.needs.node), [{ ...event, id, metadata }]);
  }
}

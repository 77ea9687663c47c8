import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  allMessages,
  askGroups,
  askMessages,
  type GroupsAnswer,
  type MessagesAnswer,
} from '../audit/answers.js';
import { type Asked, eventsQuestion, messagesQuestion, type Surroundings } from '../audit/ask.js';
import { type AuditEvent, askEvents, type EventsAnswer, eventsOf } from '../audit/events.js';
import type { Message } from '../audit/messages.js';
import { ownZone } from '../audit/time/zone.js';
import { conversationStream } from '../domain/connection.js';
import type { ConfigSources } from '../main/config/load.js';
import { statesPath } from '../projections/dataFolder.js';
import { StatesFile } from '../projections/statesFile.js';
import type { OpenStore } from '../store/port.js';
import { existingStore } from './lastingStore.js';
import { openToRead } from './openToRead.js';

export type { Asked, EventsAnswer, GroupsAnswer, MessagesAnswer };

/** Questions to the configured store, beside a router that may be running. Nothing is written. */
export interface AuditTool {
  /** @throws {AuditError} */
  messages(asked: Asked): Promise<MessagesAnswer | GroupsAnswer>;
  /** All that match, whatever the limit. @throws {AuditError} */
  allMessages(asked: Asked): AsyncIterable<Message>;
  /** @throws {AuditError} */
  events(asked: Asked): Promise<EventsAnswer>;
  /** @throws {AuditError} */
  allEvents(asked: Asked): AsyncIterable<AuditEvent>;
  /** When the first event was stored; undefined in an empty store. */
  storeBegins(): Promise<string | undefined>;
  close(): Promise<void>;
}

/** As the options of a command are written: `--slower-than`. */
const called = (part: string): string =>
  `--${part.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** @throws {ConfigError} {StoreError} */
export const openAudit = async (sources: ConfigSources = {}): Promise<AuditTool> => {
  const config = existingStore(sources);
  const store = await openToRead(config);
  try {
    return new Tool(store, await statesIn(config.data));
  } catch (error) {
    await store.close();
    throw error;
  }
};

interface Opened {
  readonly states: StatesFile | undefined;
  /** Why there are none that can be read. */
  readonly why?: string;
}

/** A file that cannot be read takes nothing from what the store itself can answer. */
const statesIn = async (data: string): Promise<Opened> => {
  const path = statesPath(data);
  if (!existsSync(path)) return { states: undefined };
  try {
    return { states: await StatesFile.openReadOnly(path, { isChecked: false }) };
  } catch (error) {
    return { states: undefined, why: `${resolve(path)} cannot be read: ${(error as Error).message}` };
  }
};

class Tool implements AuditTool {
  constructor(
    private readonly store: OpenStore,
    private readonly opened: Opened,
  ) {}

  async messages(asked: Asked): Promise<MessagesAnswer | GroupsAnswer> {
    const question = messagesQuestion(asked, surroundings());
    return question.by.length > 0 || question.times
      ? askGroups(this.#source, question)
      : askMessages(this.#source, question);
  }

  allMessages(asked: Asked): AsyncIterable<Message> {
    return allMessages(this.#source, messagesQuestion(asked, surroundings()));
  }

  events(asked: Asked): Promise<EventsAnswer> {
    return askEvents(this.store, eventsQuestion(asked, surroundings(), streamOf));
  }

  async *allEvents(asked: Asked): AsyncGenerator<AuditEvent> {
    for await (const event of eventsOf(this.store, eventsQuestion(asked, surroundings(), streamOf)))
      yield { ...event, revision: event.revision.toString() };
  }

  async storeBegins(): Promise<string | undefined> {
    for await (const { recordedAt } of this.store.readAll({ maxCount: 1 })) return recordedAt;
    return undefined;
  }

  async close(): Promise<void> {
    this.opened.states?.close();
    await this.store.close();
  }

  get #source() {
    return { ...this.opened, store: this.store, now: () => Date.now() };
  }
}

const streamOf = (backend: string, identity: string): string => conversationStream({ backend, identity });

const surroundings = (): Surroundings => ({ now: Date.now(), zone: ownZone(), called });

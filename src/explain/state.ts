import type { AnyApp, Contact } from '../apps/app.js';
import { contactOf, type Memory, noMemory, remember } from '../apps/memory.js';
import type { Connection } from '../domain/connection.js';
import { type Conversation, evolveAny, newConversation } from '../domain/conversation.js';
import type { RecordedEvent } from '../domain/event.js';
import { isUnderstood } from '../domain/understood.js';

/** What is known of a conversation at some point: plain JSON. */
export interface State {
  readonly received: number;
  readonly sent: number;
  readonly firstReceivedAt?: string;
  /** Ids of messages that wait for routing, and of those in the inbound dead letters. */
  readonly waiting: readonly string[];
  readonly failed: readonly string[];
  readonly contact: Contact;
  /** Each app's memory, of those that have recorded something: `{ state }`, or `{ error }` when its `evolve` threw. */
  readonly apps: Memory;
}

/** A conversation with the memory of the apps, folded event by event. */
export class StateFold {
  #conversation: Conversation;
  #memory: Memory = noMemory;

  constructor(
    connection: Connection,
    private readonly apps: readonly AnyApp[],
  ) {
    this.#conversation = newConversation(connection);
  }

  read(event: RecordedEvent): void {
    this.#conversation = evolveAny(this.#conversation, event);
    if (isUnderstood(event)) this.#memory = remember(this.apps, this.#memory, event);
  }

  get state(): State {
    const { received, sent, firstReceivedAt, waiting, failed } = this.#conversation;
    return {
      received,
      sent,
      ...(firstReceivedAt === undefined ? {} : { firstReceivedAt }),
      waiting: [...waiting.keys()],
      failed: [...failed.keys()],
      contact: contactOf(this.apps, this.#memory),
      apps: this.#memory,
    };
  }
}

/** A part of a state that an event changed: what it was and what it is, undefined for what is not there. */
export interface Change {
  /** The names on the way to it, joined by dots. */
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** What differs between two states, by its smallest parts. */
export const changesBetween = (before: unknown, after: unknown, path = ''): readonly Change[] => {
  if (Object.is(before, after)) return [];
  if (!isTree(before) || !isTree(after)) {
    const same = JSON.stringify(before) === JSON.stringify(after);
    return same ? [] : [{ path, before, after }];
  }
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].flatMap((key) =>
    changesBetween(before[key], after[key], path === '' ? key : `${path}.${key}`),
  );
};

/** Lists are whole values: of one that grew, the place of each thing tells nothing. */
const isTree = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

import {
  type Connection,
  connectionOf,
  conversationCategory,
  conversationStream,
} from '../domain/connection.js';
import type { RecordedEvent } from '../domain/event.js';
import { dialled } from '../domain/numbers.js';
import { foundIn } from '../store/ends.js';
import type { EventStore } from '../store/port.js';
import { messageIdOf } from './story.js';

/** What was asked for is not there, or could be several things: in a sentence. */
export class NotFound extends Error {
  override readonly name = 'NotFound';
  readonly code = 'not-found';
}

/** A shortened id, as lists show it, or its beginning alone: `01a214aa…6771`, `01a214aa-7c31`. */
const shortened = /^([0-9a-f-]{8,}?)(?:(?:…|\.{2,3})([0-9a-f-]*))?$/i;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Ids of what could be meant, at most. */
const namedAtMost = 5;

/** Ids tell when they were made, and clocks differ. */
const clockAllowanceMs = 24 * 3_600_000;

/** What finds a message without looking through the store. */
export interface Lookup {
  /** The store finds events by their correlation at once. */
  readonly correlations: boolean;
  /** In which conversation a message is, where that is known: the projection `messages` knows it. */
  conversationOf(messageId: string): Connection | undefined;
}

/**
 * Finds the conversation of a message.
 *
 * @param asked - its id, or a shortened one
 * @param knows - what finds it at once
 * @returns an event that bears its id
 * @throws {NotFound}
 */
export const findMessage = async (
  store: EventStore,
  asked: string,
  knows: Lookup,
): Promise<RecordedEvent> => {
  const id = asked.trim().toLowerCase();
  const located = await inConversation(store, id, knows.conversationOf(id));
  if (located !== undefined) return located;
  const received =
    knows.correlations && uuid.test(id)
      ? await firstOf(foundIn(store, { filter: { correlationId: id }, maxCount: 1 }))
      : undefined;
  if (received !== undefined && connectionOf(received.stream) && messageIdOf(received) === id)
    return received;
  const fits = fitting(id);
  const near = await search(store, fits, madeAround(id));
  const found = near.length > 0 ? near : await search(store, fits, {});
  const [first] = found;
  if (first === undefined) throw new NotFound(`There is no message ${asked} in this store.`);
  if (found.length > 1)
    throw new NotFound(
      `Several messages fit ${asked}: ${listed(found.map((event) => messageIdOf(event) ?? ''))}.`,
    );
  return first;
};

const listed = (ids: readonly string[]): string => {
  const more = ids.length - namedAtMost;
  return `${ids.slice(0, namedAtMost).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
};

/** Undefined too when the projection tells of another store. */
const inConversation = async (
  store: EventStore,
  messageId: string,
  connection: Connection | undefined,
): Promise<RecordedEvent | undefined> => {
  if (connection === undefined) return undefined;
  for await (const event of store.readStream(conversationStream(connection), { direction: 'backwards' }))
    if (messageIdOf(event) === messageId && (roots as readonly string[]).includes(event.type)) return event;
  return undefined;
};

const fitting = (id: string): ((candidate: string) => boolean) => {
  const [, head, tail = ''] = shortened.exec(id) ?? [];
  if (head === undefined || uuid.test(id)) return (candidate) => candidate.toLowerCase() === id;
  return (candidate) => candidate.toLowerCase().startsWith(head) && candidate.toLowerCase().endsWith(tail);
};

const madeAround = (id: string): { readonly since?: string; readonly until?: string } => {
  const ms = Number.parseInt(
    id
      .replaceAll('-', '')
      .slice(0, 12)
      .replace(/[^0-9a-f].*$/, '')
      .padEnd(12, '0'),
    16,
  );
  const isTime = ms > Date.UTC(2020, 0) && ms < Date.UTC(2100, 0);
  if (!isTime) return {};
  return {
    since: new Date(ms - clockAllowanceMs).toISOString(),
    until: new Date(ms + clockAllowanceMs).toISOString(),
  };
};

const roots = ['MessageReceived', 'MessageSent', 'MessageCancelled'] as const;

const search = async (
  store: EventStore,
  fits: (id: string) => boolean,
  range: { readonly since?: string; readonly until?: string },
): Promise<readonly RecordedEvent[]> => {
  const found = new Map<string, RecordedEvent>();
  const filter = { types: roots, categories: [conversationCategory], ...range };
  for await (const event of foundIn(store, { filter })) {
    const messageId = messageIdOf(event);
    if (messageId !== undefined && fits(messageId) && !found.has(messageId)) found.set(messageId, event);
  }
  return [...found.values()];
};

/**
 * Finds a conversation.
 *
 * @param asked - `backend:identity`, the name of its stream, or a number as people write it, which is in one backend only
 * @param backends - those that are configured
 * @param spellingsOf - other ways in which a number is known, such as with its country
 * @throws {NotFound}
 */
export const findConversation = async (
  store: EventStore,
  asked: string,
  backends: readonly string[],
  spellingsOf: (number: string) => readonly string[],
): Promise<Connection> => {
  const exact = exactlyNamed(asked, backends);
  for (const connection of exact) if (await exists(store, connection)) return connection;
  const found = await existing(store, spelled(exact, asked, backends, spellingsOf));
  const [first] = found;
  if (first === undefined) {
    const [named] = exact;
    const where =
      named === undefined
        ? `in any of the backends ${backends.join(', ') || '(none is configured)'}`
        : `on the backend ${named.backend}`;
    throw new NotFound(`There is no conversation with ${named?.identity ?? asked} ${where}.`);
  }
  if (found.length > 1) {
    const names = found.map(({ backend, identity }) => `${backend}:${identity}`).join(', ');
    throw new NotFound(`There are several conversations with ${asked}: name one of ${names}.`);
  }
  return first;
};

/**
 * The conversations of one identity: of the very one, on a backend that is named, if it is there, else of each spelling of it.
 *
 * @param backends - on which it is looked for
 */
export const conversationsWith = async (
  store: EventStore,
  identity: string,
  backends: readonly string[],
  spellingsOf: (number: string) => readonly string[],
): Promise<readonly Connection[]> => {
  const [backend, ...others] = backends;
  const named = backend === undefined || others.length > 0 ? undefined : { backend, identity };
  if (named !== undefined && (await exists(store, named))) return [named];
  return existing(store, spelled([], identity, backends, spellingsOf));
};

/** A number in other spellings: on the backend that is named, or on any, since an identity may look like a name with its backend. */
const spelled = (
  exact: readonly Connection[],
  asked: string,
  backends: readonly string[],
  spellingsOf: (number: string) => readonly string[],
): readonly Connection[] => {
  const onAny = backends.map((backend) => ({ backend, identity: asked }));
  const places = [...exact, ...onAny];
  // All numbers that there are may be looked at for one: once, on however many backends it is looked for.
  const identities = new Set(places.map(({ identity }) => identity));
  const known = new Map([...identities].map((identity) => [identity, spellings(identity, spellingsOf)]));
  return places.flatMap(({ backend, identity }) =>
    (known.get(identity) ?? []).map((spelling) => ({ backend, identity: spelling })),
  );
};

const existing = async (
  store: EventStore,
  candidates: readonly Connection[],
): Promise<readonly Connection[]> => {
  const found = new Map<string, Connection>();
  for (const candidate of candidates)
    if (await exists(store, candidate)) found.set(conversationStream(candidate), candidate);
  return [...found.values()];
};

/** Backends that are not configured any more have conversations too. */
const exactlyNamed = (asked: string, backends: readonly string[]): readonly Connection[] => {
  const byStream = connectionOf(asked);
  const named = backends.find((backend) => asked.startsWith(`${backend}:`));
  const colon = asked.indexOf(':');
  return [
    ...(byStream === undefined ? [] : [byStream]),
    ...(named === undefined ? [] : [{ backend: named, identity: asked.slice(named.length + 1) }]),
    ...(colon > 0 ? [{ backend: asked.slice(0, colon), identity: asked.slice(colon + 1) }] : []),
  ];
};

/** As typed, and as gateways write numbers: `+256772…`, `256772…`, `00256772…`. */
const spellings = (asked: string, spellingsOf: (number: string) => readonly string[]): readonly string[] => {
  const numbers = [dialled(asked), ...spellingsOf(asked)].filter((number) => /^\d+$/.test(number));
  if (numbers.length === 0) return [asked];
  return [...new Set([asked, ...numbers.flatMap((number) => [`+${number}`, number, `00${number}`])])];
};

const exists = async (store: EventStore, connection: Connection): Promise<boolean> =>
  (await firstOf(store.readStream(conversationStream(connection), { maxCount: 1 }))) !== undefined;

const firstOf = async <Item>(items: AsyncIterable<Item>): Promise<Item | undefined> => {
  for await (const item of items) return item;
  return undefined;
};

import { existsSync } from 'node:fs';
import { messagesProjection } from '../../audit/messages.js';
import type { Connection } from '../../domain/connection.js';
import { conversationsWith, findConversation, type Lookup } from '../../explain/find.js';
import { statesPath } from '../../projections/dataFolder.js';
import { StatesFile } from '../../projections/statesFile.js';
import type { EventStore } from '../../store/port.js';
import type { Config } from '../config/config.js';

interface Conversations extends Pick<Lookup, 'conversationOf'> {
  /** The numbers of conversations that may be this one. */
  readonly spellingsOf: (number: string) => readonly string[];
  readonly close: () => void;
}

const none: Conversations = {
  conversationOf: () => undefined,
  spellingsOf: () => [],
  close: () => undefined,
};

/** In which conversation each message is, as the projection `messages` of a data folder knows it: as far as it has got, if it has run. */
export const openConversations = async (data: string): Promise<Conversations> => {
  const path = statesPath(data);
  if (!existsSync(path)) return none;
  try {
    const states = await StatesFile.openReadOnly(path, { isChecked: false });
    return {
      conversationOf: (messageId) => connectionIn(states.state(messagesProjection, messageId)),
      spellingsOf: (number) =>
        states.search(messagesProjection, (search) => search?.keysOf('identity', number) ?? []),
      close: () => states.close(),
    };
  } catch {
    // One that cannot be read keeps nobody from looking through the store.
    return none;
  }
};

/**
 * The conversation that a person names.
 *
 * @throws {NotFound}
 */
export const conversationNamed = async (
  store: EventStore,
  { backends, data }: Config,
  asked: string,
): Promise<Connection> => {
  const known = await openConversations(data);
  try {
    const names = backends.map(({ name }) => name);
    return await findConversation(store, asked, names, known.spellingsOf);
  } finally {
    known.close();
  }
};

/** Those of one identity, on one backend or on any that is configured. */
export const conversationsOf = async (
  store: EventStore,
  { backends, data }: Config,
  identity: string,
  backend: string | undefined,
): Promise<readonly Connection[]> => {
  const known = await openConversations(data);
  try {
    const names = backend === undefined ? backends.map(({ name }) => name) : [backend];
    return await conversationsWith(store, identity, names, known.spellingsOf);
  } finally {
    known.close();
  }
};

const connectionIn = (state: string | undefined): ReturnType<Lookup['conversationOf']> => {
  if (state === undefined) return undefined;
  const { backend, identity } = JSON.parse(state) as {
    readonly backend?: string;
    readonly identity?: string;
  };
  return backend && identity ? { backend, identity } : undefined;
};

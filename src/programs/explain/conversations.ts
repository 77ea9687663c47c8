import { existsSync } from 'node:fs';
import type { Lookup } from '../../explain/find.js';
import { statesPath } from '../../projections/dataFolder.js';
import { StatesFile } from '../../projections/statesFile.js';

interface Conversations extends Pick<Lookup, 'conversationOf'> {
  readonly close: () => void;
}

const none: Conversations = { conversationOf: () => undefined, close: () => undefined };

/** In which conversation each message is, as the projection `messages` of a data folder knows it: as far as it has got, if it has run. */
export const openConversations = async (data: string): Promise<Conversations> => {
  const path = statesPath(data);
  if (!existsSync(path)) return none;
  try {
    const states = await StatesFile.openReadOnly(path, { isChecked: false });
    return {
      conversationOf: (messageId) => connectionIn(states.state('messages', messageId)),
      close: () => states.close(),
    };
  } catch {
    // One that cannot be read keeps nobody from looking through the store.
    return none;
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

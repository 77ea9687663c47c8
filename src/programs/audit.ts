import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Auditing } from '../audit/auditing.js';
import { type MessagesIndex, noIndex, StatesIndex, unreadableIndex } from '../audit/messagesIndex.js';
import { type Questions, RecordedQuestions } from '../audit/recorded.js';
import { ownZone } from '../domain/zone.js';
import { conversationsOf } from '../main/adapters/conversations.js';
import { playedIn } from '../main/config/config.js';
import type { ConfigSources } from '../main/config/load.js';
import { statesPath } from '../projections/dataFolder.js';
import { StatesFile } from '../projections/statesFile.js';
import { firstEvent } from '../store/ends.js';
import { existingStore } from './lastingStore.js';
import { openToAsk } from './openToRead.js';
import { recordAtTerminal } from './recordAtTerminal.js';

/** Questions to the configured store, beside a router that may be running. */
export interface AuditTool {
  readonly ask: Questions;
  /** Reading is recorded, and how much it was when it ends. */
  readonly isRecorded: boolean;
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
  const { record } = config.audit;
  const store = await openToAsk(config);
  const { index, close } = await indexIn(config.data);
  const ask = new Auditing({
    store,
    index,
    conversations: (identity, backend) => conversationsOf(store, config, identity, backend),
    now: () => Date.now(),
    zone: ownZone(),
    played: playedIn(config.backends),
    called,
  });
  return {
    isRecorded: record,
    ask: record ? new RecordedQuestions(ask, recordAtTerminal(store, config.node)) : ask,
    storeBegins: async () => (await firstEvent(store))?.recordedAt,
    close: async () => {
      close();
      await store.close();
    },
  };
};

/** A file that cannot be read takes nothing from what the store itself can answer. */
const indexIn = async (
  data: string,
): Promise<{ readonly index: MessagesIndex; readonly close: () => void }> => {
  const path = statesPath(data);
  if (!existsSync(path)) return { index: noIndex, close: () => undefined };
  try {
    const states = await StatesFile.openReadOnly(path, { isChecked: false });
    return { index: new StatesIndex(states), close: () => states.close() };
  } catch (error) {
    const why = `${resolve(path)} cannot be read: ${(error as Error).message}`;
    return { index: unreadableIndex(why), close: () => undefined };
  }
};

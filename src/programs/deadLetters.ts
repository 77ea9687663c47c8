import { existsSync } from 'node:fs';
import { v7 } from 'uuid';
import { systemClock } from '../main/clock.js';
import { ConfigError } from '../main/config/config.js';
import { type ConfigSources, loadConfig } from '../main/config/load.js';
import { openStore, storeFile } from '../main/dataFolder.js';
import { DeadLetterError, type Signature } from '../outbound/deadLetter.js';
import { createDeadLetters, type DeadLetters } from '../outbound/deadLetters.js';
import { commandLog } from './log.js';

/**
 * The dead letters of the configured store, beside a router that may be running.
 *
 * @throws {ConfigError}
 */
export const openDeadLetters = async (
  sources: ConfigSources = {},
): Promise<{ readonly letters: DeadLetters; close(): Promise<void> }> => {
  const config = loadConfig(sources);
  const file = storeFile(config);
  // A mistyped folder must not look like a store without dead letters.
  if (config.eventStore.engine !== 'eventstoredb' && !existsSync(file))
    throw new ConfigError([`data: there is no store at ${file}`]);
  const store = await openStore(config, commandLog);
  return { letters: createDeadLetters(store, systemClock, () => v7()), close: () => store.close() };
};

/** What became of a dead letter that was to be put back or closed. */
export interface Settled {
  readonly messageId: string;
  /** Why that could not be done. */
  readonly problem?: string;
}

/**
 * Puts dead letters back or closes them, one after the other: one that cannot be dealt with leaves the others theirs.
 *
 * @param ids - `all`: every one that there is
 */
export async function* settleDeadLetters(
  letters: DeadLetters,
  how: 'requeue' | 'discard',
  ids: readonly string[] | 'all',
  signature: Signature,
): AsyncGenerator<Settled> {
  for (const messageId of ids === 'all' ? await everyId(letters) : ids) {
    try {
      await letters[how](messageId, signature);
      yield { messageId };
    } catch (error) {
      if (!(error instanceof DeadLetterError)) throw error;
      yield { messageId, problem: error.message };
    }
  }
}

const everyId = async (letters: DeadLetters): Promise<readonly string[]> => {
  const ids: string[] = [];
  for await (const { messageId } of letters.list()) ids.push(messageId);
  return ids;
};

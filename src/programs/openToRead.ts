import type { Config } from '../main/config/config.js';
import { openStore, storeFile } from '../main/dataFolder.js';
import { type OpenStore, StoreError } from '../store/port.js';
import { openStoreFile } from '../store/sqlite/readOnly.js';
import { commandLog } from './log.js';

/**
 * The configured store, to be read only: beside whatever works on it, on a disk that is full or that nothing may be written to.
 *
 * @throws {StoreError}
 */
export const openToRead = async (config: Config): Promise<OpenStore> => {
  if (config.eventStore.engine !== 'sqlite') return openStore(config, commandLog);
  const opened = await openStoreFile(storeFile(config));
  if (opened === undefined)
    throw new StoreError('unavailable', `There is no event in ${storeFile(config)} yet.`);
  return opened.store;
};

/** The same for whoever asks what happened: where reading is recorded, that is written to it. */
export const openToAsk = (config: Config): Promise<OpenStore> =>
  config.audit.record ? openStore(config, commandLog) : openToRead(config);

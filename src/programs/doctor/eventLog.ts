import type { Config } from '../../main/config/config.js';
import { storeFile } from '../../main/dataFolder.js';
import { command } from './command.js';

/**
 * The command that shows the data of the last of these events in the embedded store, whichever version wrote it.
 *
 * @param where - in SQL: `type = 'RouterStarted'`
 */
export const showLast = (config: Pick<Config, 'data'>, where: string): string =>
  `${command('sqlite3', '-readonly', storeFile(config))} "SELECT data FROM event_log WHERE ${where} ORDER BY position DESC LIMIT 1"`;

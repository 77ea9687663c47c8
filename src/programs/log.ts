import type { Log } from '../domain/log.js';
import { printError } from '../terminal/print.js';

const quiet = () => {};

const tell = (fields: object, message: string): void => {
  const { err, why } = fields as { readonly err?: Error; readonly why?: string };
  if (err !== undefined) printError(`${message}: ${err.message}`);
  else printError(why === undefined ? message : `${message} (${why})`);
};

/** For commands, which tell what they do, and fail with, themselves: only what would else be waited for in silence. */
export const commandLog: Log = { debug: quiet, info: quiet, warn: tell, error: quiet };

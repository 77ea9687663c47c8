import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Config, ConfigError } from './config/config.js';
import { leastSecret, lengthOfSecret } from './config/secretLength.js';
import { makeFolder } from './dataFolder.js';

/** Where it is kept when the configuration sets none. */
export const secretFile = ({ data }: Pick<Config, 'data'>): string => join(data, 'secret');

/** What signs the addresses that we hand out. Kept, since reports come back days after a restart. */
export const secretOf = (config: Pick<Config, 'data' | 'eventStore' | 'secret'>): string => {
  if (config.secret !== undefined) return config.secret;
  const made = randomBytes(32).toString('base64url');
  if (config.eventStore.engine === 'memory') return made;
  const file = secretFile(config);
  makeFolder(config.data);
  const kept = readOrKeep(file, made);
  const length = lengthOfSecret(kept);
  if (length >= leastSecret) return kept;
  throw new ConfigError([
    `data: ${resolve(file)} has ${length} characters, with which reports could be forged: delete it, and the next start makes ` +
      'a new one (reports for texts that were sent before are refused then), or set secret in the configuration',
  ]);
};

const readOrKeep = (file: string, made: string): string => {
  try {
    return keptSecret(file, made);
  } catch (error) {
    throw new ConfigError([`data: the secret cannot be read or kept: ${(error as Error).message}`]);
  }
};

/** What the file system does, and time. */
export interface KeepingTools {
  readonly link: (from: string, to: string) => void;
  /** Nothing else happens meanwhile. */
  readonly pause: (ms: number) => void;
}

export const thisSystem: KeepingTools = {
  link: linkSync,
  pause: (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms),
};

/**
 * Of those that start at the same time one keeps what it has made, and all have the same.
 *
 * @param made - kept when there is none yet
 * @returns what is kept
 */
export const keptSecret = (file: string, made: string, tools = thisSystem): string => {
  if (existsSync(file)) return readWhole(file, tools);
  // Containers that share the folder may all have the same process id.
  const whole = `${file}.${randomBytes(8).toString('hex')}`;
  writeFileSync(whole, made, { mode: 0o600 });
  try {
    // Whole or not at all: a process that dies meanwhile leaves none that is empty.
    tools.link(whole, file);
  } catch (error) {
    // Else without links on this file system.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') writeFirst(file, made);
  } finally {
    rmSync(whole, { force: true });
  }
  return readWhole(file, tools);
};

/** Whoever is the first to create the file writes it; the others leave it as it is. */
const writeFirst = (file: string, made: string): void => {
  let isOurs = false;
  try {
    writeFileSync(file, '', { mode: 0o600, flag: 'wx' });
    isOurs = true;
    // So short a text is written by one call: nobody sees a part of it.
    writeFileSync(file, made, { flag: 'r+', flush: true });
  } catch (error) {
    if (!isOurs && (error as NodeJS.ErrnoException).code === 'EEXIST') return;
    if (isOurs) rmSync(file, { force: true });
    throw error;
  }
};

const [tries, pauseMs] = [40, 25];

/** One that another process has created and not written yet is waited for, a second at most: that one may have died. */
const readWhole = (file: string, { pause }: KeepingTools): string => {
  let text = readFileSync(file, 'utf8');
  for (let left = tries; text === '' && left > 0; left -= 1) {
    pause(pauseMs);
    text = readFileSync(file, 'utf8');
  }
  return text;
};

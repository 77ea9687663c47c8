import { command } from './command.js';
import type { Machine, Use } from './facts/machine.js';
import { kindAt, nearest } from './facts/paths.js';

/** Something that this user may not do, or cannot, with a file or a folder. */
export interface Hindrance {
  /** What is in the way: the path itself, or a folder above it. */
  readonly path: string;
  /** In the system's word: `EACCES`, `EROFS`. */
  readonly why: string;
  /** How it is, for the middle of a sentence: `may not be read by threadless (EACCES)`. */
  readonly says: string;
  /** What to do about it. */
  readonly advice: string;
}

const words: Readonly<Record<Use, string>> = {
  read: 'may not be read',
  write: 'may not be written to',
  enter: 'may not be looked into',
};

/** @returns undefined when nothing hinders it, or there is nothing */
export const hindrance = (machine: Machine, path: string, use: Use): Hindrance | undefined => {
  if (kindAt(path) === 'unseen') return hindrance(machine, nearest(path), 'enter');
  const why = machine.whyNot(path, use);
  if (why === undefined || ['ENOENT', 'ENOTDIR', 'ELOOP'].includes(why)) return undefined;
  const says = `${words[use]} by ${machine.user} (${why})`;
  return { path, why, says, advice: adviceOn(machine, path, use) };
};

const adviceOn = (machine: Machine, path: string, use: Use): string => {
  const isFolder = kindAt(path) === 'folder';
  // To give it to whose it is already would change nothing.
  if (machine.isOwn(path)) {
    const bits = `${use === 'read' ? 'r' : 'rw'}${isFolder ? 'x' : ''}`;
    return `It is ${machine.user}'s own and only lacks the right: ${command('chmod', `u+${bits}`, path)}`;
  }
  const chown = command('sudo', 'chown', ...(isFolder ? ['-R'] : []), machine.user, path);
  return `Run this and the router as the user whose it is (ls -l tells), or give it to this one: ${chown}`;
};

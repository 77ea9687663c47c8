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
  if (why === undefined || why === 'ENOENT' || why === 'ENOTDIR') return undefined;
  const says = `${words[use]} by ${machine.user} (${why})`;
  return { path, why, says, advice: adviceOn(machine, path, use) };
};

const bits: Readonly<Record<Use, string>> = { read: 'u+r', write: 'u+w', enter: 'u+rx' };

/** To whom it belongs is right; what is missing is the right. */
const adviceOn = (machine: Machine, path: string, use: Use): string =>
  machine.isOwn(path)
    ? `It is ${machine.user}'s own and only lacks the right: chmod ${bits[use]} ${path}`
    : `Run this and the router as the user whose it is (ls -l tells), or give it to this one: sudo chown -R ${machine.user} ${path}`;

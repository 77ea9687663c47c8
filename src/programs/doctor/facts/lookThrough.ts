import { statSync } from 'node:fs';
import type { Opened } from './opened.js';

/** What became of looking a store's file through. */
export interface LookedThrough {
  /** False for one that is too large, or no file. */
  readonly isLooked: boolean;
  /** What is damaged. */
  readonly says?: string | undefined;
}

/** What is looked through as a whole: a second or two. */
const mostBytes = 256 * 1024 ** 2;

export const lookThrough = (opened: Opened): LookedThrough =>
  opened.kind !== 'file' || statSync(opened.path).size > mostBytes
    ? { isLooked: false }
    : { isLooked: true, says: opened.file.check() };

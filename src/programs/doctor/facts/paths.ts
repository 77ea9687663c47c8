import { statSync } from 'node:fs';
import { dirname } from 'node:path';

/** `unseen`: whether it is there is not for this user to see. */
export type Kind = 'file' | 'folder' | 'none' | 'unseen';

/** What lies at a path. */
export const kindAt = (path: string): Kind => {
  try {
    return statSync(path).isDirectory() ? 'folder' : 'file';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR' ? 'none' : 'unseen';
  }
};

/** The path, or of the folders above it the first that is there, as far as this user sees. */
export const nearest = (path: string): string => {
  const kind = kindAt(path);
  return kind === 'file' || kind === 'folder' || path === dirname(path) ? path : nearest(dirname(path));
};

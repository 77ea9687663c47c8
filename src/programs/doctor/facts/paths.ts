import { readlinkSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** `unseen`: whether it is there is not for this user to see. */
export type Kind = 'file' | 'folder' | 'none' | 'unseen';

/** What lies at a path. */
export const kindAt = (path: string): Kind => {
  try {
    return statSync(path).isDirectory() ? 'folder' : 'file';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP' ? 'none' : 'unseen';
  }
};

/** The path, or of the folders above it the first that is there, as far as this user sees. */
export const nearest = (path: string): string => {
  const kind = kindAt(path);
  return kind === 'file' || kind === 'folder' || path === dirname(path) ? path : nearest(dirname(path));
};

/** Why there is no folder and none can be made, for the middle of a sentence. Undefined: nothing is known to be in the way. */
export const obstacleTo = (folder: string): string | undefined => {
  const kind = kindAt(folder);
  if (kind === 'folder') return undefined;
  if (kind === 'file') return `${folder} is a file`;
  const target = goneTarget(folder);
  if (target !== undefined) return `${folder} is a link to ${target}, which is not there`;
  return folder === dirname(folder) ? undefined : obstacleTo(dirname(folder));
};

/** Of a link that leads nowhere: where it leads. */
const goneTarget = (path: string): string | undefined => {
  try {
    const target = readlinkSync(path);
    return kindAt(path) === 'none' ? target : undefined;
  } catch {
    return undefined;
  }
};

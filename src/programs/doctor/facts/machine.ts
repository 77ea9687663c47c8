import { accessSync, constants, statfsSync } from 'node:fs';
import { userInfo } from 'node:os';

/** What is asked of this machine. */
export interface Machine {
  /** Why a file or a folder that is there cannot be used so, in the system's word: `EACCES`, `EROFS`. Undefined: it can. */
  whyNot(path: string, use: 'read' | 'write'): string | undefined;
  /** Of the disk on which the path is. */
  space(path: string): { readonly freeBytes: number; readonly freeFiles: number };
  /** Who runs this. */
  readonly user: string;
}

export const thisMachine: Machine = {
  whyNot: (path, use) => {
    try {
      accessSync(path, use === 'read' ? constants.R_OK : constants.W_OK);
      return undefined;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code ?? 'unknown';
    }
  },
  space: (path) => {
    const { bavail, bsize, ffree, files } = statfsSync(path);
    // A file system without a fixed number of files tells 0 of 0.
    return { freeBytes: bavail * bsize, freeFiles: files === 0 ? Number.POSITIVE_INFINITY : ffree };
  },
  get user() {
    return nameOfUser();
  },
};

const nameOfUser = (): string => {
  try {
    return userInfo().username;
  } catch {
    return `user ${process.getuid?.() ?? ''}`;
  }
};

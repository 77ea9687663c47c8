import { accessSync, constants, statfsSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { userInfo } from 'node:os';

/** `enter`: a folder, for what is in it. */
export type Use = 'read' | 'write' | 'enter';

/** What is asked of this machine. */
export interface Machine {
  /** Why a file or a folder cannot be used so, in the system's word: `EACCES`, `EROFS`, `ENOENT`. Undefined: it can. */
  whyNot(path: string, use: Use): string | undefined;
  /** Whether a file or a folder that is there belongs to who runs this. */
  isOwn(path: string): boolean;
  /** Why no router could listen there now, in the system's word: `EADDRINUSE`, `ENOTFOUND`. Undefined: one could. */
  whyNotListen(host: string, port: number): Promise<string | undefined>;
  /** Of the disk on which the path is. */
  space(path: string): { readonly freeBytes: number; readonly freeFiles: number };
  /** Who runs this. */
  readonly user: string;
}

const modes: Readonly<Record<Use, number>> = {
  read: constants.R_OK,
  write: constants.W_OK,
  enter: constants.X_OK,
};

export const thisMachine: Machine = {
  whyNot: (path, use) => {
    try {
      accessSync(path, modes[use]);
      return undefined;
    } catch (error) {
      return codeOf(error);
    }
  },
  isOwn: (path) => statSync(path).uid === process.getuid?.(),
  // Listens for a moment, as a start would: nothing else knows all that may be in its way.
  whyNotListen: (host, port) =>
    new Promise((resolve) => {
      const server = createServer((socket) => socket.destroy());
      server.once('error', (error) => resolve(codeOf(error)));
      server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
    }),
  space: (path) => {
    const { bavail, bsize, ffree, files } = statfsSync(path);
    // A file system without a fixed number of files tells 0 of 0.
    return { freeBytes: bavail * bsize, freeFiles: files === 0 ? Number.POSITIVE_INFINITY : ffree };
  },
  get user() {
    return nameOfUser();
  },
};

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? 'unknown';

const nameOfUser = (): string => {
  try {
    return userInfo().username;
  } catch {
    return `user ${process.getuid?.() ?? ''}`;
  }
};

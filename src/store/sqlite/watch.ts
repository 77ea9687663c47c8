import { type FSWatcher, watch } from 'node:fs';
import type { Connection } from './connection.js';

/** How late a commit of another process may be noticed when the watch on the file fails to tell. */
const pollMs = 250;

/** Calls `changed` after commits of other processes, until stopped. Keeps no process alive. */
export const watchOtherProcesses = (connection: Connection, changed: () => void): (() => void) => {
  let version = dataVersion(connection);
  const check = () => {
    const now = dataVersion(connection);
    // Unreadable for the moment: better wake someone for nothing, the error is then theirs to meet.
    if (now !== undefined && now === version) return;
    version = now;
    changed();
  };
  const timer = setInterval(check, pollMs).unref();
  const watcher = watchFile(`${connection.path}-wal`, check);
  return () => {
    clearInterval(timer);
    watcher?.close();
  };
};

/** Changes with every commit that another connection made, and with no commit of ours. */
const dataVersion = (connection: Connection): number | undefined => {
  try {
    return connection.number('PRAGMA data_version');
  } catch {
    return undefined;
  }
};

/** A system may run out of watches: the poll remains. */
const watchFile = (path: string, check: () => void): FSWatcher | undefined => {
  try {
    const watcher = watch(path, { persistent: false }, check);
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
};

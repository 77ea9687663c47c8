import { storeFile } from '../../../main/dataFolder.js';
import type { Check } from '../examine.js';
import { howToEnd, lastingWriter, named } from '../facts/writers.js';
import { broken } from '../finding.js';

/** Whether another process keeps all others from writing to the file of the store, or from reading it too. */
export const storeWritable: Check = {
  about: 'store.writable',
  examine: async (installation) => {
    const { config, clock } = installation;
    const opened = await installation.opened();
    const isClosed = opened.kind === 'away' && opened.error.reason === 'locked';
    if (opened.kind !== 'file' && !isClosed) return [];
    const path = storeFile(config);
    const writer = await lastingWriter(path, config.data, clock);
    if (writer === undefined && !isClosed) return [];
    return [
      broken(
        'store.writable',
        `${named(writer)} holds the lock of the store ${path}: nobody else can ${isClosed ? 'read it or write' : 'write'} to it.`,
        `No event can be stored meanwhile: a router that runs answers 503, and none starts. An open transaction holds it, or a program that has the file for itself. End it there (in sqlite3: ROLLBACK; or .quit)${howToEnd(writer)}`,
      ),
    ];
  },
};

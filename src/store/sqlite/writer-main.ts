// What runs in the thread of a WriterThread.
import { setTimeout } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { type Connection, openConnection } from './connection.js';
import { toStoreError } from './errors.js';
import { namesOf } from './streams.js';
import { type Commit, Transactions } from './transaction.js';
import { createWriter, type Writer } from './writer.js';
import {
  committedToSent,
  type FromThread,
  type ThreadData,
  type ToThread,
  toSent,
} from './writer-messages.js';

const { path, patienceMs } = workerData as ThreadData;

interface Opened {
  readonly connection: Connection;
  readonly writer: Writer;
}
let opened: Promise<Opened> | undefined;

/** A file that cannot be opened now is tried again with the next request. */
const open = (): Promise<Opened> => {
  opened ??= openConnection(path, patienceMs)
    .then((connection) => {
      const transactions = new Transactions(connection, namesOf(connection));
      return { connection, writer: createWriter(connection, transactions, patienceMs) };
    })
    .catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
  return opened;
};

const commit = async (given: Commit): Promise<FromThread> => {
  try {
    const { writer } = await open();
    return { kind: 'committed', committed: committedToSent(await writer.commit(given)) };
  } catch (error) {
    return { kind: 'failed', error: toSent(toStoreError(error)) };
  }
};

const tell = (message: FromThread): void => parentPort?.postMessage(message);

/** A file that cannot be opened yet is no reason to stay deaf. */
const watch = async (): Promise<void> => {
  for (;;) {
    try {
      return (await open()).writer.watch(() => tell({ kind: 'changed' }));
    } catch {
      await setTimeout(250);
    }
  }
};

const answer = async (request: ToThread): Promise<void> => {
  switch (request.kind) {
    case 'commit':
      return tell(await commit(request.commit));
    case 'watch':
      return watch();
    case 'close': {
      const last = await opened?.catch(() => undefined);
      await last?.writer.close();
      last?.connection.close();
      return parentPort?.close();
    }
  }
};

parentPort?.on('message', (request: ToThread) => void answer(request));

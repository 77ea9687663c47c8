// Runs the projections in a thread of their own: they fold beside the router and not on its event loop. It opens the store
// for itself. Messages: to it `stop`; from it `log`, `statuses`.
import { constants, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import type { Log } from '../domain/log.js';
import type { ProjectionStatus } from '../projections/statesFile.js';
import { systemClock } from './clock.js';
import { openStore } from './dataFolder.js';
import { type ProjectionsConfig, RunningProjections } from './projectionsRun.js';

export type ThreadMessage =
  | { readonly kind: 'statuses'; readonly statuses: readonly ProjectionStatus[] }
  | {
      readonly kind: 'log';
      readonly level: keyof Log;
      readonly fields: object;
      readonly message: string;
    };

const send = (message: ThreadMessage): void => parentPort?.postMessage(message);

const logAs = (level: keyof Log) => (fields: object, message: string) =>
  send({ kind: 'log', level, fields, message });
const log: Log = { debug: logAs('debug'), info: logAs('info'), warn: logAs('warn'), error: logAs('error') };

// Linux has a priority for each thread, and 0 is the calling one; elsewhere it would be the whole process. Where the processor
// is short, messages come first: what is read off them may be late.
if (process.platform === 'linux') setPriority(0, constants.priority.PRIORITY_LOW);

const config = workerData as ProjectionsConfig;
const store = await openStore(config);
const projections = new RunningProjections(config, store, systemClock, log, (statuses) =>
  send({ kind: 'statuses', statuses }),
);

parentPort?.once('message', () => void stop());

const stop = async (): Promise<void> => {
  await projections.stop();
  await store.close();
  parentPort?.close();
};

await projections.start();

// Runs the projections in a process of their own: they fold beside the router and not on its event loop. It opens the store
// for itself. Messages: to it `run` with the configuration, then `stop`; from it `log`, `statuses`.
import { once } from 'node:events';
import { constants, setPriority } from 'node:os';
import type { Log } from '../domain/log.js';
import type { ProjectionStatus } from '../projections/statesFile.js';
import { systemClock } from './clock.js';
import { openStore } from './dataFolder.js';
import { type ProjectionsConfig, RunningProjections } from './projectionsRun.js';

export type ToProjections =
  | { readonly kind: 'run'; readonly config: ProjectionsConfig }
  | { readonly kind: 'stop' };

export type FromProjections =
  | { readonly kind: 'statuses'; readonly statuses: readonly ProjectionStatus[] }
  | {
      readonly kind: 'log';
      readonly level: keyof Log;
      readonly fields: object;
      readonly message: string;
    };

const send = (message: FromProjections): void => {
  // The router may be gone, and this process about to follow.
  if (process.connected) process.send?.(message, () => undefined);
};

const logAs = (level: keyof Log) => (fields: object, message: string) =>
  send({ kind: 'log', level, fields: withErrorText(fields), message });
const log: Log = { debug: logAs('debug'), info: logAs('info'), warn: logAs('warn'), error: logAs('error') };

/** Of an error nothing would arrive. */
const withErrorText = (fields: object): object => {
  const { err } = fields as { err?: unknown };
  return err instanceof Error ? { ...fields, err: undefined, error: err.message } : fields;
};

// A router that is killed leaves no one to say `stop`.
process.once('disconnect', () => process.exit());
// Ctrl-C goes to both; the router stops first, and says so.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
// Where the processor is short, messages come first: what is read off them may be late.
setPriority(constants.priority.PRIORITY_LOW);

const [first] = (await once(process, 'message')) as [ToProjections];
if (first.kind === 'run') {
  const store = await openStore(first.config);
  const projections = new RunningProjections(first.config, store, systemClock, log, (statuses) =>
    send({ kind: 'statuses', statuses }),
  );
  process.once('message', async () => {
    await projections.stop();
    await store.close();
    process.exit();
  });
  await projections.start();
}

import { once } from 'node:events';
import { constants, setPriority } from 'node:os';
import type { Clock } from '../../domain/clock.js';
import type { Log } from '../../domain/log.js';
import type { OpenStore } from '../../store/port.js';
import { statesPath, waitForStates, withStatesPath } from '../dataFolder.js';
import type { RunningStatus } from '../statesFile.js';
import type { FromProcess, ToProcess } from './messages.js';
import { runProjections } from './projections.js';

/**
 * The whole life of the process that ProjectionsBeside starts: it opens the store for itself, folds beside the router and not
 * on its event loop, and ends when it is told to, or the router is gone.
 */
export const runForRouter = async <StoreConfig>(
  openStore: (config: StoreConfig) => Promise<OpenStore>,
  clock: Clock,
): Promise<void> => {
  standBack();
  const [first] = (await once(process, 'message')) as [ToProcess<StoreConfig>];
  if (first.kind === 'stop') process.exit();
  const { data, folders, store: config } = first.task;
  const stopping = new AbortController();
  // From now on, since a start may take its time.
  const stopped = once(process, 'message').then(() => stopping.abort());
  try {
    const store = await openStore(config);
    const unlock = await waitForStates({ data, clock, log }, stopping.signal);
    if (unlock !== undefined) {
      const end = await runProjections({ store, statesPath: statesPath(data), folders, clock, log, tell });
      await stopped;
      await end();
      unlock();
    }
    await store.close();
    process.exit();
  } catch (error) {
    process.send?.({ kind: 'failed', why: whyOf(error, data) } satisfies FromProcess, () => process.exit(1));
  }
};

/** For the log of the router, which has the rest from whoever is asked: a stack helps nobody there. */
const whyOf = (error: unknown, data: string): string => {
  const named = withStatesPath(error, data);
  return named instanceof Error ? named.message : String(named);
};

/** What is read off messages may be late; that they are answered may not. */
const standBack = (): void => {
  // A router that is killed leaves no one to say `stop`.
  process.once('disconnect', () => process.exit());
  // Ctrl-C goes to both; the router stops first, and says so.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
  // Where the processor is short, messages come first.
  setPriority(constants.priority.PRIORITY_LOW);
};

const send = (message: FromProcess): void => {
  // The router may be gone, and this process about to follow.
  if (process.connected) process.send?.(message, () => undefined);
};

const tell = (statuses: readonly RunningStatus[]): void => send({ kind: 'statuses', statuses });

const logAs = (level: keyof Log) => (fields: object, message: string) =>
  send({ kind: 'log', level, fields: withErrorText(fields), message });
const log: Log = { debug: logAs('debug'), info: logAs('info'), warn: logAs('warn'), error: logAs('error') };

/** Of an error nothing would arrive. */
const withErrorText = (fields: object): object => {
  const { err } = fields as { err?: unknown };
  return err instanceof Error ? { ...fields, err: undefined, error: err.message } : fields;
};

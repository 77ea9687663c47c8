import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Clock } from '../../../domain/clock.js';
import type { Config } from '../../../main/config/config.js';
import { messageOf } from '../words.js';
import type { AppAnswer, AppsQuestion } from './appsThread.js';

const patienceMs = 10_000;

/** Each app of the configuration, in order. Never rejects. */
export const loadEach = (
  { apps, defaultResponse }: Pick<Config, 'apps' | 'defaultResponse'>,
  clock: Clock,
): Promise<readonly AppAnswer[]> =>
  Promise.all(apps.map((entry) => loadOne({ entry, defaultResponse }, clock)));

const loadOne = async (workerData: AppsQuestion, clock: Clock): Promise<AppAnswer> => {
  const { entry } = workerData;
  // What an app prints is nothing for whoever reads the findings.
  const thread = new Worker(new URL('./appsThread.js', import.meta.url), {
    workerData,
    stdout: true,
    stderr: true,
  });
  const done = new AbortController();
  const late = clock.sleep(patienceMs, done.signal).then(() => ({
    entry,
    error: `it did not load within ${patienceMs / 1_000} s`,
  }));
  const exited = once(thread, 'exit', { signal: done.signal }).then(() => ({
    entry,
    error: 'it ends the process while it is loaded, or never comes to its end',
  }));
  try {
    const answered = once(thread, 'message', { signal: done.signal }).then(([answer]) => answer as AppAnswer);
    return await Promise.race([answered, exited, late]);
  } catch (error) {
    return { entry, error: error instanceof Error ? String(error) : messageOf(error) };
  } finally {
    exited.catch(() => undefined);
    done.abort();
    await thread.terminate();
  }
};

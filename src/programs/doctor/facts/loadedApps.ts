import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Clock } from '../../../domain/clock.js';
import { isModule } from '../../../main/apps.js';
import type { Config } from '../../../main/config/config.js';
import { messageOf } from '../words.js';
import { type AppAnswer, type AppsQuestion, answerOf } from './appAnswer.js';

const patienceMs = 10_000;

/** Each app of the configuration, in order. Never rejects. */
export const loadEach = (
  { apps, defaultResponse }: Pick<Config, 'apps' | 'defaultResponse'>,
  clock: Clock,
): Promise<readonly AppAnswer[]> =>
  Promise.all(
    apps.map((entry) =>
      isModule(entry) ? loadOne({ entry, defaultResponse }, clock) : answerOf({ entry, defaultResponse }),
    ),
  );

const loadOne = async (workerData: AppsQuestion, clock: Clock): Promise<AppAnswer> => {
  const { entry } = workerData;
  // What an app prints is nothing for whoever reads the findings.
  const thread = new Worker(new URL('./appsThread.js', import.meta.url), {
    workerData,
    stdout: true,
    stderr: true,
  });
  const done = new AbortController();
  // From the beginning on: a thread that is at its end hands over all that it said at the same moment.
  const answered = said(thread, (word): word is AppAnswer => word !== 'begun');
  const late = said(thread, (word): word is 'begun' => word === 'begun')
    .then(() => clock.sleep(patienceMs, done.signal))
    .then(() => ({ entry, error: `it did not load within ${patienceMs / 1_000} s` }));
  const exited = once(thread, 'exit', { signal: done.signal }).then(() => ({
    entry,
    error: 'it ends the process while it is loaded, or never comes to its end',
  }));
  try {
    return await Promise.race([answered, exited, late]);
  } catch (error) {
    return { entry, error: error instanceof Error ? String(error) : messageOf(error) };
  } finally {
    exited.catch(() => undefined);
    done.abort();
    await thread.terminate();
  }
};

const said = <Word extends AppAnswer | 'begun'>(
  thread: Worker,
  isMeant: (word: AppAnswer | 'begun') => word is Word,
): Promise<Word> =>
  new Promise((resolve) => {
    thread.on('message', (word: AppAnswer | 'begun') => {
      if (isMeant(word)) resolve(word);
    });
  });

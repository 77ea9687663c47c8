import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Clock } from '../domain/clock.js';
import { UnfitApp } from './loadApps.js';
import type { Answer, Question, RehearsalSettings } from './question.js';

/** How long a rehearsal may take, in milliseconds: in all, and longer for each step. */
const patienceMs = 60_000;
const stepMs = 10;

/** Apps in a thread in which they reach nothing outside, to be asked what they would answer. */
export class Rehearsal {
  readonly #worker: Worker;

  constructor(
    settings: RehearsalSettings,
    private readonly clock: Clock,
  ) {
    this.#worker = new Worker(new URL('./rehearsalThread.js', import.meta.url), {
      workerData: settings,
      stdout: true,
      stderr: true,
    });
    this.#worker.stdout.resume();
    this.#worker.stderr.resume();
  }

  /** One question at a time. @throws {UnfitApp} */
  async ask(question: Question): Promise<Answer> {
    const done = new AbortController();
    const { signal } = done;
    this.#worker.postMessage(question);
    try {
      const answered = once(this.#worker, 'message', { signal });
      const exited = once(this.#worker, 'exit', { signal });
      const late = this.clock
        .sleep(patienceMs + stepMs * question.steps.length, signal)
        .then(() => undefined);
      const [told] = (await Promise.race([answered, exited, late])) ?? [];
      if (typeof told !== 'object' || told === null) throw new UnfitApp('An app comes to no end.');
      if ('problem' in told) throw new UnfitApp(String(told.problem));
      exited.catch(() => undefined);
      return told as Answer;
    } finally {
      done.abort();
    }
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }
}

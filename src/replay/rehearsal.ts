import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Clock } from '../domain/clock.js';
import { UnfitApp } from './loadApps.js';
import { Pulse } from './pulse.js';
import type { Answer, Question, RehearsalSettings } from './question.js';
import { Stillness } from './stillness.js';

/** How long a rehearsal may take, in milliseconds: in all, and longer for each step. */
const patienceMs = 60_000;
const stepMs = 10;
/** An app is not taken for one that does not come back before this. */
const leastMs = 5_000;
/** How often the thread is looked at. */
const lookMs = 250;

/** Apps in a thread in which they reach nothing outside, to be asked what they would answer. */
export class Rehearsal {
  readonly #worker: Worker;
  readonly #pulse = new Pulse();

  constructor(
    private readonly settings: Omit<RehearsalSettings, 'pulse'>,
    private readonly clock: Clock,
  ) {
    this.#worker = new Worker(new URL('./rehearsalThread.js', import.meta.url), {
      workerData: { ...settings, pulse: this.#pulse.shared },
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
      const stuck = this.#stuck(signal).then(() => undefined);
      const [told] = (await Promise.race([answered, exited, late, stuck])) ?? [];
      if (typeof told !== 'object' || told === null) throw new UnfitApp(this.#noEnd());
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

  /** Resolves when an app does not come back, or nobody asks any more. */
  async #stuck(signal: AbortSignal): Promise<void> {
    const still = new Stillness(this.#pulse, this.clock);
    while (!signal.aborted) {
      await this.clock.sleep(lookMs, signal);
      still.look(this.#pulse.place.app !== undefined);
      // An app that waits is told by the thread itself when its time is over.
      if (still.isEndless(Math.max(leastMs, this.settings.phaseTimeoutMs * 2))) return;
    }
  }

  #noEnd(): string {
    const { app, phase } = this.#pulse.place;
    const entry = app === undefined ? undefined : this.settings.apps[app];
    if (entry === undefined) return 'An app comes to no end.';
    return `The app ${entry} comes to no end ${phase === 'load' ? 'while it is loaded' : `in its ${phase}`}.`;
  }
}

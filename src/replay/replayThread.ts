import { Worker } from 'node:worker_threads';
import type { Clock } from '../domain/clock.js';
import { UnfitApp } from './loadApps.js';
import { type Hanging, type LostPlace, ThreadLost, ThreadMisled } from './lost.js';
import type { Chunk, FromThread, Noted, Results, ThreadSettings, ToThread } from './protocol.js';
import { Pulse } from './pulse.js';
import { Stillness } from './stillness.js';

export interface ThreadNeeds {
  readonly settings: Omit<ThreadSettings, 'pulse'>;
  readonly clock: Clock;
  /** Another conversation, from a revision on, and where what is left begins. */
  readonly read: (
    stream: string,
    from: number,
  ) => Promise<{ readonly events: string; readonly next?: number }>;
  /** What apps called while they were loaded. */
  readonly noted: (noted: readonly Noted[]) => void;
  /** Ends it, whatever it is at. */
  readonly signal: AbortSignal;
  /** It was ended while an app did not come back. */
  readonly hanging: (hanging: Hanging) => void;
}

interface Waiting {
  readonly resolve: (results: Results) => void;
  readonly reject: (error: Error) => void;
}

/** What a thread may take to begin, at least, in milliseconds. */
const startingMs = 5_000;
/** For so long an app does not come back before it is said, in milliseconds. */
const hangingMs = 500;
/** What it is at it may bring to an end, for so long, when it is to stop. */
const restMs = 1_000;
/** How often a thread is looked at. */
const lookMs = 250;

/** A thread that runs conversations anew, from outside. */
export class ReplayThread {
  readonly #worker: Worker;
  readonly #pulse = new Pulse();
  readonly #waiting = new Map<number, Waiting>();
  readonly #ended = new AbortController();
  /** It has nothing to do any more. */
  readonly #rested = new AbortController();
  #sent = 0;
  /** Undefined: they are being loaded. */
  #apps: readonly string[] | undefined;
  readonly #still: Stillness;

  private constructor(private readonly needs: ThreadNeeds) {
    this.#worker = new Worker(new URL('./thread.js', import.meta.url), {
      workerData: { ...needs.settings, pulse: this.#pulse.shared },
      // What an app prints is nothing for whoever reads what the replay found.
      stdout: true,
      stderr: true,
      // Little of a message lives longer than it takes to run: a large nursery would only take memory.
      resourceLimits: { maxYoungGenerationSizeMb: 24 },
    });
    this.#worker.stdout.resume();
    this.#worker.stderr.resume();
    this.#still = new Stillness(this.#pulse, needs.clock);
    const { signal } = needs;
    signal.addEventListener('abort', () => this.#interrupt(), { once: true, signal: this.#ended.signal });
  }

  /** @throws {UnfitApp} */
  static async start(needs: ThreadNeeds): Promise<ReplayThread> {
    const thread = new ReplayThread(needs);
    try {
      await thread.#ready();
      return thread;
    } catch (error) {
      await thread.stop();
      throw error;
    }
  }

  /** @throws {ThreadMisled} @throws {ThreadLost} when it does not come back from that, or from what it was given before */
  send(chunks: readonly Chunk[]): Promise<Results> {
    this.#sent += 1;
    const nth = this.#sent;
    const done = new Promise<Results>((resolve, reject) => this.#waiting.set(nth, { resolve, reject }));
    if (this.#ended.signal.aborted) this.#lose();
    else this.#post({ kind: 'work', nth, chunks });
    return done;
  }

  async stop(): Promise<void> {
    this.#ended.abort();
    await this.#comeToRest();
    await this.#worker.terminate();
  }

  /** A thread that is cut off within SQLite would end the process. One whose app does not come back is not there. */
  async #comeToRest(): Promise<void> {
    this.#pulse.askToStop();
    this.#lookForRest();
    await this.needs.clock.sleep(restMs, this.#rested.signal);
  }

  #lookForRest(): void {
    if (this.#ended.signal.aborted && this.#waiting.size === 0) this.#rested.abort();
  }

  async #ready(): Promise<void> {
    const ready = new Promise<void>((resolve, reject) => {
      this.#worker.on('message', (message: FromThread) => {
        if (message.kind === 'ready') {
          this.#apps = message.apps;
          resolve();
        } else if (message.kind === 'unfit') {
          this.needs.noted(message.noted);
          reject(new UnfitApp(message.problem));
        } else this.#take(message);
      });
      this.#worker.once('error', () => {});
      this.#worker.once('exit', () => {
        reject(new UnfitApp(`The app ${this.#place.app} ends its thread while it is loaded.`));
        this.#lose();
      });
      this.#waiting.set(0, {
        resolve: () => {},
        reject: () => reject(new UnfitApp(`The app ${this.#place.app} comes to no end while it is loaded.`)),
      });
    });
    void this.#watch();
    await ready;
    this.#waiting.delete(0);
    this.#lookForRest();
  }

  #take(message: Extract<FromThread, { kind: 'wants' | 'done' | 'fault' | 'misled' }>): void {
    if (message.kind === 'fault') this.#fail(message.error);
    else if (message.kind === 'misled') this.#fail(new ThreadMisled());
    else if (message.kind === 'wants') this.#answer(message);
    else {
      this.#waiting.get(message.nth)?.resolve(message.results);
      this.#waiting.delete(message.nth);
      this.#lookForRest();
    }
  }

  #answer({ nth, stream, from }: Extract<FromThread, { kind: 'wants' }>): void {
    this.needs.read(stream, from).then(
      (part) => this.#post({ kind: 'conversation', nth, ...part }),
      (error: Error) => this.#fail(error),
    );
  }

  #post(message: ToThread): void {
    this.#worker.postMessage(message);
  }

  /** Ends it when it has something to do and does not move. */
  async #watch(): Promise<void> {
    const { clock, settings } = this.needs;
    while (!this.#ended.signal.aborted) {
      await clock.sleep(Math.min(lookMs, settings.phaseTimeoutMs), this.#ended.signal);
      this.#still.look(this.#waiting.size > 0);
      // An app that waits is told by the thread itself when its time is over: only then is it one that never comes back.
      if (this.#waiting.size > 0 && this.#still.isEndless(this.#patienceMs)) this.#lose();
    }
  }

  /** Until the first app is loaded it is the thread that takes its time: a processor is shared. */
  get #patienceMs(): number {
    const twice = this.needs.settings.phaseTimeoutMs * 2;
    return this.#waiting.has(0) ? Math.max(twice, startingMs) : twice;
  }

  #lose(): void {
    const { job, message } = this.#pulse.place;
    this.#fail(new ThreadLost({ job, message, ...this.#place }));
  }

  /** Whose code runs in it. */
  get #place(): Pick<LostPlace, 'app' | 'phase'> {
    const { app: nth, phase } = this.#pulse.place;
    const app = nth === undefined ? undefined : (this.#apps ?? this.needs.settings.apps)[nth];
    return app === undefined || phase === undefined ? { app: 'router', phase: 'handle' } : { app, phase };
  }

  #interrupt(): void {
    const { ms } = this.#still;
    const { job, messageId, app } = this.#pulse.place;
    if (app !== undefined && this.#waiting.size > 0 && ms >= hangingMs) {
      const at = this.#apps === undefined ? {} : { at: { job, messageId } };
      this.needs.hanging({ ...this.#place, ms, ...at });
    }
    void this.stop();
  }

  #fail(error: Error): void {
    this.#ended.abort();
    void this.#worker.terminate();
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
    this.#lookForRest();
  }
}

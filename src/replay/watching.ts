import type { AnyApp } from '../apps/app.js';
import type { Endless, Noted } from './protocol.js';
import { Seeded } from './refuse/chance.js';
import type { Watch } from './runMessage.js';

/** Places in the memory that a thread shares with who runs it. */
const [beat, job, nth] = [0, 1, 2] as const;

/** What a thread lets be seen of it from outside, even while an app never comes back. */
export const newPulse = (): Int32Array => new Int32Array(new SharedArrayBuffer(12));

/** Moves as long as the thread does. */
export const beatOf = (pulse: Int32Array): number => Atomics.load(pulse, beat);

/** Which conversation it is at, and which message of it, counted from 0: -1 before the first. */
export const placeOf = (pulse: Int32Array): { readonly job: number; readonly message: number } => ({
  job: Atomics.load(pulse, job),
  message: Atomics.load(pulse, nth),
});

/** Notes what the apps of a thread call, and shows how far it is. */
export class Watching implements Watch {
  readonly seeded = new Seeded();
  /** Milliseconds since 1970: of the decision that is taken anew. */
  nowMs = 0;
  #app = 'apps';
  #calls = new Set<string>();
  #noted = new Map<string, Noted>();
  #endless: Endless = [];

  constructor(private readonly pulse: Int32Array) {}

  /** @param endless - messages of it, counted from 0, that are known to have no end */
  beginConversation(number: number, endless: Endless): void {
    this.#endless = endless;
    Atomics.store(this.pulse, job, number);
    Atomics.store(this.pulse, nth, -1);
    this.alive();
  }

  begin(messageId: string, now: Date): boolean {
    this.nowMs = now.getTime();
    this.seeded.sow(messageId);
    const at = Atomics.add(this.pulse, nth, 1) + 1;
    this.alive();
    return this.#endless === 'all' || this.#endless.includes(at);
  }

  end(): readonly string[] {
    this.alive();
    if (this.#calls.size === 0) return [];
    const calls = [...this.#calls];
    this.#calls = new Set();
    return calls;
  }

  alive(): void {
    Atomics.add(this.pulse, beat, 1);
  }

  note(call: string): void {
    this.#calls.add(call);
    const key = `${this.#app} ${call}`;
    const count = (this.#noted.get(key)?.count ?? 0) + 1;
    this.#noted.set(key, { app: this.#app, call, count });
  }

  /** Since the last time that it was asked. */
  noted(): readonly Noted[] {
    const noted = [...this.#noted.values()];
    this.#noted = new Map();
    return noted;
  }

  /** From here on it is this one that calls. */
  enter(app: string): void {
    this.#app = app;
    this.alive();
  }

  /** The app, so that what it calls is noted as its own. */
  over(app: AnyApp): AnyApp {
    const watched: Record<string, unknown> = { ...app };
    for (const [key, value] of Object.entries(app)) {
      if (typeof value !== 'function') continue;
      watched[key] = (...given: unknown[]): unknown => {
        this.enter(app.name);
        return (value as (...given: unknown[]) => unknown).apply(app, given);
      };
    }
    return watched as unknown as AnyApp;
  }
}

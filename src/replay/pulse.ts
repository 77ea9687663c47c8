/** Kept, since what an app does to it must not hide where the thread is. */
const { load, store, add } = Atomics;

/** Places in the memory that a thread shares with who runs it: five numbers, then the id of the message. */
const [beat, job, nth, call, stop] = [0, 1, 2, 3, 4] as const;
const idAt = 20;
const longestId = 64;

/** What may be called of an app: its place here tells who runs the thread what it is at. */
const phases = [
  'load',
  'filter',
  'parse',
  'handle',
  'default',
  'cleanup',
  'outgoing',
  'evolve',
  'contact',
] as const;
const phasesMost = 16;

/** Where a thread is. */
export interface ThreadPlace {
  readonly job: number;
  /** Of the job's messages, counted from 0; -1 before the first. */
  readonly message: number;
  readonly messageId: string;
  /** The app whose code runs, by its place in the configuration; absent between two calls. */
  readonly app?: number;
  readonly phase?: string;
}

/** What a thread lets be seen of it from outside, even while an app never comes back. */
export class Pulse {
  readonly #numbers: Int32Array;
  readonly #id: Uint8Array;

  constructor(readonly shared = new SharedArrayBuffer(idAt + longestId)) {
    this.#numbers = new Int32Array(shared, 0, 5);
    this.#id = new Uint8Array(shared, idAt);
  }

  /** Moves as long as the thread does. */
  get beat(): number {
    return load(this.#numbers, beat);
  }

  move(): void {
    add(this.#numbers, beat, 1);
  }

  /** The thread is to end before its next message. */
  askToStop(): void {
    store(this.#numbers, stop, 1);
  }

  get isToStop(): boolean {
    return load(this.#numbers, stop) === 1;
  }

  beginJob(number: number): void {
    store(this.#numbers, job, number);
    store(this.#numbers, nth, -1);
    this.move();
  }

  /** @returns the place of the message in its job */
  beginMessage(messageId: string): number {
    for (let index = 0; index < longestId; index += 1)
      this.#id[index] = index < messageId.length ? messageId.charCodeAt(index) : 0;
    const at = add(this.#numbers, nth, 1) + 1;
    this.move();
    return at;
  }

  /** From here on it is the code of an app that runs; -1: of none. */
  enter(app: number, phase: number): void {
    store(this.#numbers, call, app < 0 ? 0 : (app + 1) * phasesMost + phase);
    this.move();
  }

  get place(): ThreadPlace {
    const called = load(this.#numbers, call);
    const phase = phases[called % phasesMost];
    const id = this.#id.subarray(0, this.#id.includes(0) ? this.#id.indexOf(0) : longestId);
    return {
      job: load(this.#numbers, job),
      message: load(this.#numbers, nth),
      messageId: String.fromCharCode(...id),
      ...(called === 0 || phase === undefined ? {} : { app: Math.floor(called / phasesMost) - 1, phase }),
    };
  }
}

/** Of something that an app may be called with. */
export const phaseNumber = (phase: string): number =>
  Math.max(0, (phases as readonly string[]).indexOf(phase));

import { promiseHooks } from 'node:v8';

/** As many waits, one after the other, as an app may go on with after it has answered: more are no longer of that message. */
const waits = 16;

/**
 * What apps go on with after they have answered: nothing of a message waits for it, and what it calls is that message's all
 * the same. Looked for from the beginning of a thread on, since to wait after each message for what may be there takes longer
 * than most messages.
 */
export class Leftovers {
  #isAny = false;

  constructor() {
    promiseHooks.onInit(() => this.#note());
    const { queueMicrotask: queue } = globalThis;
    globalThis.queueMicrotask = (task) => {
      this.#note();
      queue(task);
    };
  }

  /** From here on. */
  forget(): void {
    this.#isAny = false;
  }

  /** Resolves when what was begun has gone on for a while; undefined when nothing was. */
  goneOn(): Promise<void> | undefined {
    return this.#isAny ? goOn() : undefined;
  }

  #note(): void {
    this.#isAny = true;
  }
}

const goOn = async (): Promise<void> => {
  for (let nth = 0; nth < waits; nth += 1) await Promise.resolve();
};

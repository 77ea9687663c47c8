/** Wakes the subscriptions that wait for something new. A count instead of a flag: nothing is missed between two waits. */
export class Signal {
  #version = 0;
  #waiting: (() => void)[] = [];

  get version(): number {
    return this.#version;
  }

  notify(): void {
    this.#version += 1;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }

  /** Resolves once `notify` has been called after `version` was read: at once when it has been already. */
  async changedSince(version: number): Promise<void> {
    if (this.#version !== version) return;
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}

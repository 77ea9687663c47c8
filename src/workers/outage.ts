import type { Log } from '../domain/log.js';
import { isTold } from '../store/port.js';
import { tellFailure } from '../store/tell.js';

/** Something that is done again and again, and fails for a while: that is told once. */
export class Outage {
  #told = false;

  constructor(
    private readonly log: Log,
    private readonly message: string,
  ) {}

  /** @returns undefined when it fails */
  async through<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
    try {
      const result = await work();
      this.#told = false;
      return result;
    } catch (error) {
      if (!this.#told) tellFailure(this.log, 'warn', { err: error }, this.message);
      this.#told ||= !isTold(error);
      return undefined;
    }
  }
}

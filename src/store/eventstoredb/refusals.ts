import { StoreError } from '../port.js';
import type { Calls } from './calls.js';
import { failureOf, isDenied, oneStreamError } from './errors.js';
import type { Operation } from './operations.js';

/** How often the server is asked whether it refuses still, in milliseconds. */
const againMs = 1_000;

/**
 * What the server refuses at present: to this user, or to everyone who says that he is it. It concerns all who work on the store
 * alike, so it is told here, once, and not by each of them.
 */
export class Refusals {
  /** By the sentence that tells it. */
  readonly #current = new Map<string, Operation>();
  #told: string | undefined;
  #asking = false;
  #tell: (refusal: string | undefined) => void = () => undefined;

  constructor(private readonly calls: Calls) {}

  /**
   * @param tell - called with the refusal that has stood longest when there is none before it, and with undefined when there is
   * none any more: so one at a time is told, and each that stays
   */
  onChange(tell: (refusal: string | undefined) => void): void {
    this.#tell = tell;
  }

  /** In sentences. */
  get all(): readonly string[] {
    return [...this.#current.keys()];
  }

  /**
   * A stream may have an ACL of its own: whoever is refused that one has an error of its own. Else it is told here.
   *
   * @param error - of what was asked for
   * @param operation - what was asked for
   */
  async judge(error: StoreError, operation: Operation): Promise<StoreError> {
    if (!isDenied(error)) return error;
    const { code, message, cause, reason } = error;
    if (!this.#current.has(message)) {
      const answer = await this.#answerTo(operation);
      if (answer === 'granted') return oneStreamError(operation.doing, operation.stream ?? '$all');
      if (answer === 'none') return error;
      this.#current.set(message, operation);
      this.#tellFirst();
      void this.#untilGranted();
    }
    return new StoreError(code, message, { cause, reason, isTold: true });
  }

  async #untilGranted(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    const { closing } = this.calls;
    while (this.#current.size > 0 && !closing.aborted) {
      await this.calls.pause(againMs, closing);
      for (const [refusal, operation] of this.#current)
        if ((await this.#answerTo(operation)) === 'granted') this.#current.delete(refusal);
      if (!closing.aborted) this.#tellFirst();
    }
    this.#asking = false;
  }

  #tellFirst(): void {
    const [first] = this.all;
    if (first === this.#told) return;
    this.#told = first;
    this.#tell(first);
  }

  async #answerTo(operation: Operation): Promise<'granted' | 'refused' | 'none'> {
    try {
      await operation.ask(this.calls);
      return 'granted';
    } catch (error) {
      switch (failureOf(error)) {
        case 'denied':
        case 'unknown-user':
          return 'refused';
        // The server looks at the right before it looks at the stream.
        case 'not-found':
        case 'version':
          return 'granted';
        default:
          return 'none';
      }
    }
  }
}

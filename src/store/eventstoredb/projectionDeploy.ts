import { setTimeout as sleep } from 'node:timers/promises';
import { StoreError } from '../port.js';
import { type Details, type ProjectionCalls, untold } from './projectionCalls.js';
import { mayPassLater, projectionErrorOf, projectionFailureOf } from './projectionErrors.js';

/** `mended`: it stood still half way, and the server's projections were restarted for it. */
export type Deployed = 'created' | 'updated' | 'mended';

/** Between two looks at how far the server is, and before the first try of what did not work. In milliseconds. */
const [lookMs, firstPauseMs, maxPauseMs] = [100, 50, 1_000];
/** One that was enabled and does not run after so many milliseconds, nor is on the way to it, stays so. */
const stillMs = 2_000;
/** So many calls without an answer, of a projection that the server tells of, and it is taken for stuck. */
const enoughUnanswered = 2;
/** Seen running so many times in a row: some fail at what they do first. */
const enoughLooks = 2;

/** One projection on its way to the server: tried again until it stands there, or patience is at its end. */
export class Deployment {
  readonly #untilMs: number;
  #deployed: Deployed | undefined;
  #unanswered = 0;
  #restarted = false;
  readonly #removed = new Set<string>();

  constructor(
    private readonly calls: ProjectionCalls,
    private readonly name: string,
    private readonly source: string,
    patienceMs: number,
  ) {
    this.#untilMs = performance.now() + patienceMs;
  }

  /** @throws {StoreError} `invalid` for one that the server cannot run, with its words */
  async run(): Promise<Deployed> {
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, maxPauseMs)) {
      try {
        await this.#put();
        if (await this.#runs()) return this.#restarted ? 'mended' : (this.#deployed ?? 'updated');
      } catch (error) {
        if (!mayPassLater(error) || performance.now() >= this.#untilMs)
          throw projectionErrorOf(error, `deploy ${this.name}`);
      }
      await sleep(pauseMs);
    }
  }

  async #put(): Promise<void> {
    const there = await this.calls.details(this.name);
    if (there === undefined) {
      this.#deployed ??= 'created';
      await this.calls.create(this.name, this.source);
      return;
    }
    this.#deployed ??= 'updated';
    try {
      await this.calls.replace(this.name, this.source);
    } catch (error) {
      if (projectionFailureOf(error) === 'unanswered') await this.#unstick();
      throw error;
    }
  }

  /**
   * Two operations on one projection that meet, of people or of programs, can leave it at `Prepared` or `Stopped` for good: it
   * then answers nothing and cannot even be deleted. What the server has written of it is whole, and read at a restart.
   */
  async #unstick(): Promise<void> {
    this.#unanswered += 1;
    if (this.#unanswered < enoughUnanswered || this.#restarted) return;
    this.#restarted = true;
    await this.calls.restart();
  }

  /** @returns false when something was in its way that is gone now */
  async #runs(): Promise<boolean> {
    const sinceMs = performance.now();
    let last: Details | undefined;
    let looks = 0;
    while (performance.now() < this.#untilMs) {
      last = await this.calls.details(this.name);
      const status = last?.status ?? '';
      if (status.startsWith('Faulted')) return this.#cleared(last?.stateReason ?? '');
      looks = status.startsWith('Running') ? looks + 1 : 0;
      if (looks === enoughLooks) return true;
      if (/^(?:Stopped|Unknown)/.test(status) && performance.now() - sinceMs >= stillMs) break;
      await sleep(lookMs);
    }
    throw new StoreError('invalid', `EventStoreDB does not run ${this.name}: ${whyNot(last)}`);
  }

  /**
   * One that was deleted leaves the list of its partitions, which keeps the next of that name from beginning.
   *
   * @throws {StoreError} what it is faulted for, when it is anything else
   */
  async #cleared(reason: string): Promise<false> {
    const [, stream] =
      /Multiple projections emitting to the same stream.*?Stream: '([^']+)'/s.exec(reason) ?? [];
    const isLeft = stream?.startsWith(`$projections-${this.name}-`) && !this.#removed.has(stream);
    if (stream === undefined || !isLeft || !(await this.calls.removeStream(stream)))
      throw new StoreError('invalid', `EventStoreDB cannot run ${this.name}: ${reason}`);
    this.#removed.add(stream);
    return false;
  }
}

const whyNot = (details: Details | undefined): string => {
  if (details === undefined || details.status === untold)
    return 'it does not tell how it is. Perhaps it cannot be compiled: the log of the server says why.';
  return details.status.startsWith('Stopped')
    ? 'it is Stopped. To run those that are not its own it takes --run-projections=All.'
    : `it is ${details.status}.`;
};

import { isNoPlace, isRestored, StoreError } from '../store/port.js';
import { tellFailure } from '../store/tell.js';
import { spread } from './backOff.js';
import { whereToBegin } from './begin.js';
import { checkpointName, parseCheckpoint, type Told } from './checkpoint.js';
import { Delivery } from './delivery.js';
import type { WebhookTools } from './tools.js';

/** After a failure of the store, or a bug: the delay before it begins again. */
const restart = { firstMs: 500, maxMs: 30_000 };

/** A life that lasted this long has made up for the failures before it. */
const soundMs = 300_000;

/** For what is left to do when the calls on their way were ended, in milliseconds. */
const afterCutMs = 1_000;

/** One webhook that is worked on here: keeps a {@link Delivery} going until it is stopped. */
export class Webhook {
  #delivery: Delivery | undefined;
  #position: string | undefined;
  /** A position that the store does not take. */
  #refused: string | undefined;
  #why = 'not begun yet';
  #done: Promise<void> | undefined;
  readonly #stopping = new AbortController();

  /** @param after - until the lives before it in this process have ended, it waits */
  constructor(
    private readonly tools: WebhookTools,
    private readonly after: Promise<unknown>,
  ) {}

  /** Resolves when it was stopped and no call is on its way any more. */
  run(): Promise<void> {
    this.#done ??= this.#keepRunning();
    return this.#done;
  }

  /** Undefined: it stands still, and {@link why} says why. */
  get told(): Told | undefined {
    return this.#delivery?.told;
  }

  get why(): string {
    return this.#why;
  }

  /** Begins no call any more and waits for those on their way; after `timeoutMs` they end as they are. */
  async stop(timeoutMs: number): Promise<void> {
    this.#stopping.abort();
    this.#delivery?.stop();
    if (await this.#endsWithin(timeoutMs)) return;
    this.#delivery?.cut();
    if (!(await this.#endsWithin(afterCutMs)))
      this.tools.log.warn({}, 'a webhook was stopped before it had ended: what it told last may come twice');
  }

  async #endsWithin(ms: number): Promise<boolean> {
    const early = new AbortController();
    const late = this.tools.clock.sleep(ms, early.signal).then(() => false);
    const done = (this.#done ?? Promise.resolve()).then(() => true);
    const isDone = await Promise.race([done, late]);
    early.abort();
    return isDone;
  }

  async #keepRunning(): Promise<void> {
    const { clock, random } = this.tools;
    let failures = 0;
    await this.after;
    while (!this.#stopping.signal.aborted) {
      const startedMs = clock.steady();
      const error = await this.#runOnce();
      this.#delivery = undefined;
      if (this.#stopping.signal.aborted || error === undefined) break;
      if (error instanceof StoreError && error.code === 'closed') break;
      failures = clock.steady() - startedMs > soundMs ? 1 : failures + 1;
      this.#tell(error);
      const delay = Math.min(restart.maxMs, restart.firstMs * 2 ** (failures - 1));
      await clock.sleep(spread(delay, random), this.#stopping.signal);
    }
    this.#why = 'stopped';
  }

  /** @returns what ended it, undefined when it was asked to */
  async #runOnce(): Promise<unknown> {
    try {
      const from = await whereToBegin(this.tools, (position) => position === this.#refused);
      this.#position = from.position;
      if (this.#stopping.signal.aborted) return undefined;
      this.#delivery = new Delivery(this.tools, from);
      await this.#delivery.run();
      return undefined;
    } catch (error) {
      if (isNoPlace(error)) this.#refused = this.#position;
      return error ?? new Error('unknown');
    }
  }

  /** A store that is away says the same at each try: told once. */
  #tell(error: unknown): void {
    const { log } = this.tools;
    const why = error instanceof StoreError ? error.message : `a fault of the router: ${String(error)}`;
    if (isRestored(error)) log.warn({ why }, 'a webhook goes on from its checkpoint');
    else if (why !== this.#why)
      tellFailure(log, 'error', { err: error }, 'a webhook stands still, tried again');
    this.#why = why;
  }
}

/** How it was when whoever works on it kept that last. @throws {StoreError} */
export const toldLast = async (
  { checkpoints }: Pick<WebhookTools, 'checkpoints'>,
  webhook: string,
): Promise<Told | undefined> => {
  const text = await checkpoints.load(checkpointName(webhook));
  return text === undefined ? undefined : parseCheckpoint(webhook, text).told;
};

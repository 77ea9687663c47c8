import type { Phase, TraceEntry } from '../domain/events.js';
import type { AnyApp, Contact, ConversationFacts, PhaseResult } from './app.js';
import { describeError } from './describeError.js';
import { type Memory, stateOf } from './memory.js';
import type { IncomingMessage, OutgoingMessage } from './message.js';
import { isThenable, type Steps } from './steps.js';

/** What the phases need from outside: they have no clock of their own. */
export interface PhasePorts {
  /** Microseconds of some steady clock, for the trace. */
  readonly microseconds: () => number;
  /** The result of the work, or a rejection with {@link PhaseTimeout} when it takes too long. */
  readonly limit: <T>(work: Promise<T>) => Promise<T>;
}

export class PhaseTimeout extends Error {
  override readonly name = 'PhaseTimeout';
}

/** What all calls on one message share. */
export interface Surroundings {
  readonly conversation: ConversationFacts;
  readonly now: Date;
}

/** One call of one app in one phase. */
export class Call {
  /** What the app answered. While {@link isOpen}: a promise of it. */
  result: PhaseResult;
  /** What it threw, as text. */
  error: string | undefined;
  /** The answer has to be waited for. */
  isOpen = false;
  readonly #start: number;
  #outcome: TraceEntry['result'] = 'none';
  #microseconds = 0;

  constructor(
    readonly phase: Phase,
    readonly app: AnyApp,
    private readonly ports: PhasePorts,
  ) {
    this.#start = ports.microseconds();
  }

  /** Never throws. */
  ask(
    message: IncomingMessage | OutgoingMessage,
    { conversation, now }: Surroundings,
    memory: Memory,
    contact: Contact,
  ): void {
    const { app, phase } = this;
    try {
      // A copy for each call: what an app does to it is no one else's.
      const context = { conversation, contact: { ...contact }, state: stateOf(memory, app), now };
      this.result = app[phase]?.(message as IncomingMessage & OutgoingMessage, context);
      this.isOpen = isThenable(this.result);
      if (!this.isOpen) this.#end();
    } catch (thrown) {
      this.#fail(thrown);
    }
  }

  /** Waits for the answer of one that {@link isOpen}. */
  *answer(): Steps<void> {
    try {
      this.result = yield this.ports.limit(Promise.resolve(this.result));
      this.#end();
    } catch (thrown) {
      this.#fail(thrown);
    }
  }

  /** As the trace tells it. @param before - the text as it was, and as it is now */
  entry(before: string, after: string): TraceEntry {
    const { phase, app, error } = this;
    const entry = { phase, app: app.name, result: this.#outcome, microseconds: this.#microseconds };
    if (error === undefined && after === before) return entry;
    return {
      ...entry,
      ...(error === undefined ? {} : { error }),
      ...(after === before ? {} : { text: after }),
    };
  }

  #end(): void {
    const { result } = this;
    this.#time();
    this.#outcome = result === true ? 'true' : result === false ? 'false' : 'none';
  }

  #fail(thrown: unknown): void {
    this.result = undefined;
    this.isOpen = false;
    this.error = describeError(thrown);
    this.#time();
    this.#outcome = thrown instanceof PhaseTimeout ? 'timeout' : 'threw';
  }

  #time(): void {
    this.#microseconds = Math.round(this.ports.microseconds() - this.#start);
  }
}

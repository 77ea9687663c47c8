import type { DomainEvent } from '../domain/event.js';
import type { MessageReceived, Phase, RoutingOutcome, TraceEntry } from '../domain/events.js';
import type { AnyApp, Contact, ConversationFacts, PhaseResult } from './app.js';
import { describeError } from './describeError.js';
import { contactOf, factType, type Memory, remember, stateOf } from './memory.js';
import { type Effect, IncomingMessage, type MessageBody, type OutgoingMessage } from './message.js';

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

export interface PhaseInput {
  readonly message: MessageReceived['data'];
  readonly conversation: ConversationFacts;
  readonly memory: Memory;
  readonly now: Date;
}

/** A text that the apps decided on, before its outgoing phase. */
export type DecidedText = Extract<Effect, { kind: 'text' }> & { readonly app: string };

export interface Routed {
  readonly kind: 'routed';
  readonly outcome: RoutingOutcome;
  readonly app?: string;
  readonly trace: readonly TraceEntry[];
  readonly facts: readonly DomainEvent[];
  readonly texts: readonly DecidedText[];
  /** The memory with the new facts. */
  readonly memory: Memory;
}

export interface Failed {
  readonly kind: 'failed';
  readonly app: string;
  readonly phase: Phase;
  readonly error: string;
  readonly trace: readonly TraceEntry[];
}

/** Hands one message through filter, parse, handle, default and cleanup. */
export const runPhases = async (
  apps: readonly AnyApp[],
  input: PhaseInput,
  ports: PhasePorts,
): Promise<Routed | Failed> => {
  const run = new Run(apps, input, ports);
  const filteredBy = await run.untilTrue('filter');
  if (filteredBy !== undefined) return run.filtered(filteredBy);
  await run.all('parse');
  const handledBy = await run.untilTrue('handle');
  if (run.failure !== undefined) return run.failure;
  run.body.handled = handledBy !== undefined;
  const defaulted = handledBy === undefined && !run.body.responded;
  const defaultedBy = defaulted ? await run.untilTrue('default') : undefined;
  if (run.failure !== undefined) return run.failure;
  const outcome = run.outcome(handledBy, defaulted, defaultedBy);
  await run.all('cleanup');
  return run.routed(outcome);
};

type IncomingPhase = Exclude<Phase, 'outgoing'>;

class Run {
  readonly body: MessageBody;
  failure: Failed | undefined;
  readonly #trace: TraceEntry[] = [];
  readonly #facts: DomainEvent[] = [];
  #texts: DecidedText[] = [];
  #memory: Memory;
  #contactOf: Memory | undefined;
  #toldContact: Contact = {};

  constructor(
    readonly apps: readonly AnyApp[],
    readonly input: PhaseInput,
    readonly ports: PhasePorts,
  ) {
    const { message, conversation } = input;
    this.#memory = input.memory;
    this.body = {
      id: message.messageId,
      connection: conversation.connection,
      text: message.text,
      rawText: message.gateway?.rawText ?? message.text,
      receivedAt: message.receivedAt,
      gateway: message.gateway ?? {},
      fields: {},
      handled: false,
      responded: false,
    };
  }

  /** Asks the apps in order up to the first that says `true`, and names it. */
  async untilTrue(phase: IncomingPhase): Promise<string | undefined> {
    for (const app of this.apps) {
      if (app[phase] === undefined) continue;
      if ((await this.#call(phase, app)) === true) return app.name;
      if (this.failure !== undefined) return undefined;
    }
    return undefined;
  }

  async all(phase: 'parse' | 'cleanup'): Promise<void> {
    for (const app of this.apps) if (app[phase] !== undefined) await this.#call(phase, app);
  }

  async #call(phase: IncomingPhase, app: AnyApp): Promise<PhaseResult> {
    const message = new IncomingMessage(this.body);
    const call = () => app[phase]?.(message, contextOf(app, this.input, this.#memory, this.#contact()));
    const { entry, result, error } = await timed(phase, app.name, call, this.ports);
    const effects = message.close();
    const before = this.body.text;
    if (error === undefined) {
      this.body.text = message.text;
      this.#keep(app.name, effects);
    }
    this.#trace.push(withText(entry, before, this.body.text));
    if (error !== undefined && (phase === 'handle' || phase === 'default')) {
      this.failure = { kind: 'failed', app: app.name, phase, error, trace: this.#trace };
    }
    return result;
  }

  /** Asked of every app, for every call of any: so only when the memory has changed. */
  #contact(): Contact {
    if (this.#contactOf !== this.#memory) {
      this.#contactOf = this.#memory;
      this.#toldContact = contactOf(this.apps, this.#memory);
    }
    return this.#toldContact;
  }

  #keep(app: string, effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.kind === 'text') {
        this.#texts.push({ ...effect, app });
        this.body.responded ||= effect.reply;
      } else {
        const fact = { type: factType(app, effect.fact.type), data: effect.fact.data };
        this.#facts.push(fact);
        this.#memory = remember(this.apps, this.#memory, fact);
      }
    }
  }

  outcome(
    handledBy: string | undefined,
    defaulted: boolean,
    defaultedBy: string | undefined,
  ): [RoutingOutcome, string?] {
    if (handledBy !== undefined) return ['handled', handledBy];
    const responder = this.#texts.find(({ reply }) => reply)?.app;
    if (!defaulted) return responder === undefined ? ['answered'] : ['answered', responder];
    const by = defaultedBy ?? responder;
    return by === undefined ? ['unhandled'] : ['defaulted', by];
  }

  /** The replies queued so far are dropped, and the trace says how many. */
  filtered(app: string): Routed {
    const dropped = this.#texts.length;
    const last = this.#trace.pop();
    if (last !== undefined) this.#trace.push(dropped > 0 ? { ...last, dropped } : last);
    this.#texts = [];
    return this.routed(['filtered', app]);
  }

  routed([outcome, app]: [RoutingOutcome, string?]): Routed {
    return {
      kind: 'routed',
      outcome,
      ...(app === undefined ? {} : { app }),
      trace: this.#trace,
      facts: this.#facts,
      texts: this.#texts,
      memory: this.#memory,
    };
  }
}

/** What the apps made of one text on its way out. */
export interface WentOut {
  readonly text: string;
  /** The app that stopped it. */
  readonly cancelledBy?: string;
  readonly trace: readonly TraceEntry[];
}

/** Hands one text through the outgoing phase: the apps in reverse, up to the first that says `false`. */
export const runOutgoing = async (
  apps: readonly AnyApp[],
  message: OutgoingMessage,
  input: Omit<PhaseInput, 'message'>,
  ports: PhasePorts,
): Promise<WentOut> => {
  const trace: TraceEntry[] = [];
  const contact = contactOf(apps, input.memory);
  for (let index = apps.length - 1; index >= 0; index -= 1) {
    const app = apps[index];
    if (app?.outgoing === undefined) continue;
    // A copy for each call: what an app does to the text after it threw or ran out of time must not count.
    const copy = { ...message };
    const call = () => app.outgoing?.(copy, contextOf(app, input, input.memory, contact));
    const { entry, result, error } = await timed('outgoing', app.name, call, ports);
    const before = message.text;
    if (error === undefined && typeof copy.text === 'string') message.text = copy.text;
    trace.push(withText(entry, before, message.text));
    if (result === false) return { text: message.text, cancelledBy: app.name, trace };
  }
  return { text: message.text, trace };
};

const withText = (entry: TraceEntry, before: string, after: string): TraceEntry =>
  after === before ? entry : { ...entry, text: after };

const contextOf = (
  app: AnyApp,
  { conversation, now }: Pick<PhaseInput, 'conversation' | 'now'>,
  memory: Memory,
  contact: Contact,
  // A copy for each call: what an app does to it is no one else's.
) => ({ conversation, contact: { ...contact }, state: stateOf(memory, app), now });

interface Timed {
  readonly entry: TraceEntry;
  readonly result?: PhaseResult;
  /** What it threw, as text. */
  readonly error?: string;
}

const timed = async (
  phase: Phase,
  app: string,
  call: () => PhaseResult,
  { microseconds, limit }: PhasePorts,
): Promise<Timed> => {
  const start = microseconds();
  const entry = (result: TraceEntry['result'], error?: string): TraceEntry => ({
    phase,
    app,
    result,
    microseconds: Math.round(microseconds() - start),
    ...(error === undefined ? {} : { error }),
  });
  try {
    const answer = call();
    const result = isThenable(answer) ? await limit(Promise.resolve(answer)) : answer;
    return { entry: entry(result === true ? 'true' : result === false ? 'false' : 'none'), result };
  } catch (thrown) {
    const error = describeError(thrown);
    return { entry: entry(thrown instanceof PhaseTimeout ? 'timeout' : 'threw', error), error };
  }
};

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof (value as PromiseLike<unknown> | null | undefined)?.then === 'function';

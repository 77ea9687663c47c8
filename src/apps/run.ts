import type { DomainEvent } from '../domain/event.js';
import type { Phase, RoutingOutcome, TraceEntry } from '../domain/events.js';
import type { AnyApp, Contact } from './app.js';
import { type Asked, askedOf } from './asked.js';
import { Call, type PhasePorts } from './call.js';
import { contactOf, factType, type Memory, remember } from './memory.js';
import { type Effect, IncomingMessage, type MessageBody } from './message.js';
import type { DecidedText, Failed, PhaseInput, Routed } from './routed.js';
import type { Steps } from './steps.js';

type IncomingPhase = Exclude<Phase, 'outgoing'>;

/** One message on its way through the phases. */
export class Run {
  readonly body: MessageBody;
  failure: Failed | undefined;
  /** The app that said `true` in the phase that was asked last. */
  taker: string | undefined;
  readonly #asked: Asked;
  readonly #trace: TraceEntry[] = [];
  readonly #facts: DomainEvent[] = [];
  #texts: DecidedText[] = [];
  #phase: IncomingPhase = 'filter';
  /** Place of the app that is asked next. */
  #next = 0;
  /** What has to be waited for. */
  #open: { readonly call: Call; readonly message: IncomingMessage } | undefined;
  #memory: Memory;
  #contactOf: Memory | undefined;
  #toldContact: Contact = {};

  constructor(
    readonly apps: readonly AnyApp[],
    readonly input: PhaseInput,
    readonly ports: PhasePorts,
  ) {
    const { message, conversation } = input;
    this.#asked = askedOf(apps);
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

  /**
   * Asks the apps of a phase in order: all of them, or up to the first that says `true`, who is {@link taker} then.
   *
   * @returns whether one has to be waited for: then {@link answers} goes on
   */
  ask(phase: IncomingPhase): boolean {
    this.taker = undefined;
    this.#phase = phase;
    this.#next = 0;
    return this.#goOn();
  }

  /** Waits for the app that has to be waited for, and for those after it in the phase. */
  *answers(): Steps<void> {
    for (let open = this.#open; open !== undefined; open = this.#open) {
      this.#open = undefined;
      yield* open.call.answer();
      this.#take(open.call, open.message);
      this.#goOn();
    }
  }

  #goOn(): boolean {
    const apps = this.#asked[this.#phase];
    while (this.taker === undefined && this.failure === undefined) {
      const app = apps[this.#next];
      if (app === undefined) break;
      this.#next += 1;
      const message = new IncomingMessage(this.body);
      const call = new Call(this.#phase, app, this.ports);
      call.ask(message, this.input, this.#memory, this.#contact());
      if (call.isOpen) {
        this.#open = { call, message };
        return true;
      }
      this.#take(call, message);
    }
    return false;
  }

  /** What a call led to: nothing, when it threw. */
  #take(call: Call, message: IncomingMessage): void {
    const { app, phase, error } = call;
    const effects = message.close();
    const before = this.body.text;
    if (error === undefined) {
      this.body.text = message.text;
      this.#keep(app.name, effects);
    }
    this.#trace.push(call.entry(before, this.body.text));
    if (phase === 'parse' || phase === 'cleanup') return;
    if (call.result === true) this.taker = app.name;
    else if (error !== undefined && phase !== 'filter')
      this.failure = { kind: 'failed', app: app.name, phase, error, trace: this.#trace };
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
        this.#texts.push(textOf(app, effect));
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
    const [kind, trace, facts, texts, memory] = [
      'routed' as const,
      this.#trace,
      this.#facts,
      this.#texts,
      this.#memory,
    ];
    const contact = this.#contactOf === memory ? this.#toldContact : undefined;
    return app === undefined
      ? { kind, outcome, trace, facts, texts, memory, contact }
      : { kind, outcome, app, trace, facts, texts, memory, contact };
  }
}

/** Field by field: to spread what need not be there takes as long as four calls of apps. */
const textOf = (
  app: string,
  { kind, to, text, reply, priority }: Extract<Effect, { kind: 'text' }>,
): DecidedText =>
  priority === undefined ? { kind, app, to, text, reply } : { kind, app, to, text, reply, priority };

import type { DomainEvent } from '../domain/event.js';
import type { MessageReceived, Phase, RoutingOutcome, TraceEntry } from '../domain/events.js';
import type { AnyApp, Contact } from './app.js';
import { type Asked, askedOf } from './asked.js';
import { Call, type PhasePorts, type Surroundings } from './call.js';
import { contactOf, factType, type Memory, remember } from './memory.js';
import { type Effect, IncomingMessage, type MessageBody } from './message.js';
import type { Steps } from './steps.js';

export interface PhaseInput extends Surroundings {
  readonly message: MessageReceived['data'];
  readonly memory: Memory;
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
  /** The person as the apps know them by this memory, where an app was told. */
  readonly contact: Contact | undefined;
}

export interface Failed {
  readonly kind: 'failed';
  readonly app: string;
  readonly phase: Phase;
  readonly error: string;
  readonly trace: readonly TraceEntry[];
}

type IncomingPhase = Exclude<Phase, 'outgoing'>;

/** One message on its way through the phases. */
export class Run {
  readonly body: MessageBody;
  failure: Failed | undefined;
  readonly #asked: Asked;
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

  /** Asks the apps in order up to the first that says `true`, and names it. */
  untilTrue(phase: 'filter' | 'handle' | 'default'): Steps<string | undefined> {
    return this.#ask(phase, true);
  }

  all(phase: 'parse' | 'cleanup'): Steps<unknown> {
    return this.#ask(phase, false);
  }

  *#ask(phase: IncomingPhase, untilTrue: boolean): Steps<string | undefined> {
    for (const app of this.#asked[phase]) {
      const message = new IncomingMessage(this.body);
      const call = new Call(phase, app, this.ports);
      call.ask(message, this.input, this.#memory, this.#contact());
      if (call.isOpen) yield* call.answer();
      this.#take(call, message);
      if (!untilTrue) continue;
      if (call.result === true) return app.name;
      if (this.failure !== undefined) return undefined;
    }
    return undefined;
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
    if (error !== undefined && (phase === 'handle' || phase === 'default')) {
      this.failure = { kind: 'failed', app: app.name, phase, error, trace: this.#trace };
    }
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
        // What is added behind a spread costs as much as four calls of apps.
        this.#texts.push({ app, ...effect });
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
      contact: this.#contactOf === this.#memory ? this.#toldContact : undefined,
    };
  }
}

import type { DomainEvent } from '../domain/event.js';
import type { MessageReceived, Phase, RoutingOutcome, TraceEntry } from '../domain/events.js';
import type { Contact } from './app.js';
import type { Surroundings } from './call.js';
import type { Memory } from './memory.js';
import type { Effect } from './message.js';

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

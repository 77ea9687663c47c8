import type { Connection } from '../domain/connection.js';
import type { DomainEvent } from '../domain/event.js';
import type { AppsToPrepare, Noted } from './protocol.js';

export interface RehearsalSettings extends AppsToPrepare {
  readonly phaseTimeoutMs: number;
}

/** A message to answer. */
export interface RehearsedMessage {
  readonly from: Connection;
  readonly text: string;
  /** Milliseconds since 1970; absent: as the one before. */
  readonly at?: number;
}

/** A fact that an app had recorded before. */
export interface RehearsedFact extends DomainEvent {
  readonly from: Connection;
}

/** Messages that come in one after the other, and a transcript to run. */
export interface Question {
  readonly remembered: readonly RehearsedFact[];
  readonly messages: readonly RehearsedMessage[];
  readonly script?: string;
  /** Of those of the transcript that name none. */
  readonly backend: string;
}

/** What became of a message. */
export interface RehearsedReaction {
  readonly outcome: string;
  readonly app?: string;
  readonly error?: string;
  readonly sent: readonly (Connection & { readonly text: string })[];
  readonly facts: readonly DomainEvent[];
}

export interface Answer {
  readonly reactions: readonly RehearsedReaction[];
  readonly noted: readonly Noted[];
  /** Why the transcript does not hold. */
  readonly fault?: string;
}

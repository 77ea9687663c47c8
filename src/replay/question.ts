import type { Connection } from '../domain/connection.js';
import type { DomainEvent } from '../domain/event.js';
import type { AppOrigin, MessageReceived } from '../domain/events.js';
import type { AppsToPrepare, Noted } from './protocol.js';

export interface RehearsalSettings extends AppsToPrepare {
  readonly phaseTimeoutMs: number;
  readonly maxTexts: number;
  readonly pulse: SharedArrayBuffer;
}

/** A message to answer. */
export interface RehearsedMessage {
  readonly kind: 'message';
  readonly from: Connection;
  readonly text: string;
  /** Milliseconds since 1970; absent: as the one before. */
  readonly at?: number;
  /** What a transcript cannot say of it. */
  readonly told?: Partial<Omit<MessageReceived['data'], 'text'>>;
}

/** A fact that an app had recorded by then. */
export interface RehearsedFact extends DomainEvent {
  readonly kind: 'fact';
  readonly from: Connection;
}

/** What a conversation had been by then. */
export interface RehearsedCounts {
  readonly kind: 'counts';
  readonly from: Connection;
  readonly received: number;
  readonly sent: number;
  /** When its first message came: milliseconds since 1970. */
  readonly since?: number;
  /** By what comes in and goes out from the beginning on, it would be another count. */
  readonly isOther: boolean;
}

export type RehearsedStep = RehearsedMessage | RehearsedFact | RehearsedCounts;

/** What comes one after the other, and a transcript to run. */
export interface Question {
  readonly steps: readonly RehearsedStep[];
  readonly script?: string;
  /** Of those of the transcript that name none. */
  readonly backend: string;
}

export interface RehearsedText extends Connection {
  readonly text: string;
}

/** What became of a message. */
export interface RehearsedReaction {
  readonly outcome: string;
  readonly app?: string;
  readonly error?: string;
  readonly sent: readonly RehearsedText[];
  readonly facts: readonly DomainEvent[];
}

export interface Answer {
  readonly apps: readonly Pick<AppOrigin, 'name' | 'takes'>[];
  readonly reactions: readonly RehearsedReaction[];
  readonly noted: readonly Noted[];
  /** Why the transcript does not hold. */
  readonly fault?: string;
}

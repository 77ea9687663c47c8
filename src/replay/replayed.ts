import type { Connection } from '../domain/connection.js';
import type { Decided } from './decided.js';
import type { Difference, Kind } from './kinds.js';

/** A line of the conversation, for whoever looks at a difference. */
export interface Line {
  readonly way: 'in' | 'out';
  readonly text: string;
  /** ISO, UTC. */
  readonly at: string;
}

/** What a replay found of one message. */
export interface Replayed {
  readonly kind: Kind;
  readonly messageId: string;
  /** Absent for what did not ask the apps: there is nothing to show of it. */
  readonly shown?: Shown;
}

export interface Shown {
  readonly connection: Connection;
  readonly text: string;
  readonly receivedAt: string;
  /** All in which it differs: `kind` is the first of them. */
  readonly differs: readonly Difference[];
  /** It differs only since the conversation had become another one before. */
  readonly isConsequence: boolean;
  readonly recorded: Decided;
  readonly rerun: Decided;
  /** What an app tried that a replay cannot give it. */
  readonly calls: readonly string[];
  /** The conversation before it, as it was. */
  readonly before: readonly Line[];
  /** Where the decision is in the stream of the conversation. */
  readonly revision: number;
  /** What came to be otherwise on the way to it, in sentences: of what is shown in the end. */
  readonly why?: readonly string[];
}

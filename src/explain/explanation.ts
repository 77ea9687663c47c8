import type { Connection } from '../domain/connection.js';
import type { Code } from './code.js';
import type { Change, State } from './state.js';
import type { Chain } from './story.js';
import type { Wait } from './waits.js';

/** What is to be explained. */
export interface ExplainRequest {
  /** The id of a message, or a shortened one. */
  readonly message?: string;
  /** `backend:identity`, the name of its stream, or a number that is in one backend only. */
  readonly conversation?: string;
  /** Of a conversation: how many of the last messages; undefined: all. */
  readonly count?: number | undefined;
  /** Up to this revision of the conversation, or this time (ISO); what was known then is told. */
  readonly at?: { readonly revision: bigint } | { readonly time: string };
  /** What each event changed in what is known. */
  readonly withChanges?: boolean;
  /** Of made-up people. */
  readonly anonymous?: boolean;
}

/** The story of a message or of a conversation. */
export interface Explanation {
  readonly connection: Connection;
  readonly stream: string;
  /** Events that were cut away before the first that is left. */
  readonly missing: number;
  /** The last revision of the conversation. */
  readonly revision: bigint;
  /** When the first event that is left, and the last one, happened: ISO, UTC. */
  readonly firstAt: string;
  readonly lastAt: string;
  /** More messages lie before those that are told of. */
  readonly hasEarlier: boolean;
  readonly chains: readonly Chain[];
  /** What is not told of them, in a sentence. */
  readonly note?: string;
  /** By the id of the decision. */
  readonly codes: ReadonlyMap<string, Code>;
  /** Texts that wait since a person has paused their backend, by their ids. Absent: none does, or an earlier point is told of. */
  readonly waits?: ReadonlyMap<string, Wait>;
  /** What was known at the end of it. */
  readonly state?: State;
  /** By the id of the event. */
  readonly changes?: ReadonlyMap<string, readonly Change[]>;
  /** Why the memory of the apps is not in the state. */
  readonly withoutApps?: string;
}

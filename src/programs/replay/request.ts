import type { ClaimsState } from '../../replay/claims.js';
import type { Found } from '../../replay/conversations.js';
import type { Family } from '../../replay/refuse/families.js';
import type { Hung } from '../../replay/replay.js';
import type { Replayed } from '../../replay/replayed.js';
import type { TallyState } from '../../replay/tally.js';

export interface ReplayRequest {
  /** A configuration whose apps are asked, in place of those of the present one: its file. */
  readonly apps?: string;
  /** Messages received at or after: ISO, UTC. */
  readonly since?: string;
  /** Messages received before: ISO, UTC. */
  readonly until?: string;
  readonly backend?: string;
  /** `BACKEND:IDENTITY`, or the identity alone when only one backend has it. */
  readonly conversation?: string;
  /** Only what concerns this app. */
  readonly app?: string;
  /** What would each message have got by itself? Default: what would the whole story have been? */
  readonly fromHere: boolean;
  /** Nothing is compared: which messages would which apps handle? */
  readonly claims: boolean;
  readonly allowed: readonly Family[];
  /** Differences kept of each kind; 0: all. */
  readonly limit: number;
  /** Default: as many as there are processors. */
  readonly threads?: number;
  /** Go on with what one that was stopped has left. */
  readonly resume: boolean;
}

export interface FoundMessages extends Pick<Found, 'messages' | 'first' | 'last'> {
  readonly conversations: number;
}

export interface ReplayWatcher {
  /** Called once, before the first message is run. */
  found?(found: FoundMessages): void;
  progress?(messages: number): void;
  /** Each difference, as it is found. */
  differed?(replayed: Replayed): void;
}

/** What a replay found. */
export interface ReplayReport {
  /** Messages that there were to run. */
  readonly messages: number;
  readonly conversations: number;
  /** Of them those that are done: all, unless it was stopped. */
  readonly done: number;
  readonly tally: TallyState;
  readonly claims: ClaimsState;
  /** Messages that were run or told apart: each of them once. */
  readonly total: number;
  /** Of them those that no app was asked about. */
  readonly notRun: number;
  /** Of them those that have to do with the app that was asked for: all, when none was. */
  readonly concerned: number;
  readonly differing: number;
  /** Where apps did not come back when it was stopped. */
  readonly hung: readonly Hung[];
  /** It was stopped, and what is done was put aside here. */
  readonly kept?: string;
  /** It was stopped, and could not be put aside. */
  readonly notKept?: string;
}

/** A name that neither the configuration nor the history knows: a sentence that says which there are. */
export class UnknownName extends Error {
  override readonly name = 'UnknownName';

  constructor(option: string, kind: string, given: string, known: Iterable<string>) {
    const names = [...new Set(known)].sort();
    const are = names.length === 0 ? 'there is none' : `there are: ${names.join(', ')}`;
    super(`${option}: expected ${kind} that there is or was, got ${JSON.stringify(given)}; ${are}.`);
  }
}

/** There is nothing to replay: a sentence that says what was looked for. */
export class NothingToReplay extends Error {
  override readonly name = 'NothingToReplay';
}

/** It was stopped before the first message. */
export class NothingYet extends Error {
  override readonly name = 'NothingYet';

  /** @param hung - where apps did not come back */
  constructor(readonly hung: readonly Hung[] = []) {
    super('Stopped: nothing was replayed yet.');
  }
}

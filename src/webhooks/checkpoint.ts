import { parseKept } from '../store/kept.js';

/** How a webhook is doing, as it is kept beside how far it has got: whoever looks at it need not be who works on it. */
export interface Told {
  /** Everything that is stored has been read, and what is new is told as it comes. */
  readonly isLive: boolean;
  /** Calls that wait, as far as they were read. */
  readonly waiting: number;
  /** Conversations whose first call that waits was tried in vain. */
  readonly failing: number;
  /** When the event of the oldest of them was stored: ISO, UTC. */
  readonly oldest?: string;
  /** When the last call was accepted. */
  readonly acceptedAt?: string;
  readonly failure?: { readonly at: string; readonly code: string; readonly detail: string };
}

/** Calls of one conversation that wait. */
export interface KeptLine {
  /** Its stream. */
  readonly conversation: string;
  /** They were put aside before, and are to be sent again. */
  readonly again?: true;
  /** Revisions of the first and the last that wait, in the stream that asks for them. */
  readonly first: string;
  readonly last: string;
  readonly count: number;
  /** When the first of them was refused, later by as long as nobody answered since: milliseconds since 1970. */
  readonly refusedSinceMs?: number;
  /** Nobody answers at present, and did not since then. */
  readonly unreachableSinceMs?: number;
}

/**
 * How far a webhook has got: everything up to the position is settled but for the calls of the lines. So a call that is refused
 * for a day does not make everything after it be told once more at the next start.
 */
export interface WebhookCheckpoint {
  readonly position: string;
  readonly lines: readonly KeptLine[];
  /** The last event that was read; absent: none. */
  readonly last?: { readonly eventId: string; readonly stream: string; readonly revision: string };
  readonly told?: Told;
}

export const checkpointName = (webhook: string): string => `webhook-${webhook}`;

/** @throws {StoreError} `damaged` */
export const parseCheckpoint = (webhook: string, text: string): WebhookCheckpoint =>
  parseKept<WebhookCheckpoint>(`the checkpoint of the webhook ${webhook}`, text);

import type { RecordedEvent } from '../domain/event.js';

/** A message that waits for a person. */
export interface DeadLetter {
  readonly messageId: string;
  /** `inbound`: an app threw while it was routed. `outbound`: it was given up, or may or may not have been sent. */
  readonly direction: 'inbound' | 'outbound';
  readonly stream: string;
  /** The event that made it one: it says why. */
  readonly event: RecordedEvent;
  /** Of that event: where the next page begins ({@link ListOptions}). */
  readonly position: string;
  /** The text, as received or as decided. Absent: it was cut away from its conversation. */
  readonly text?: string;
}

export interface ListOptions {
  /** The position of the last letter of the page before. */
  readonly after?: string;
  readonly maxCount?: number;
}

export interface Signature {
  readonly by: string;
  readonly why?: string;
}

/** What is known of a letter beforehand. */
export interface Known {
  /** Its conversation: then nothing else is looked through. */
  readonly stream?: string;
  /** A position: one that became a dead letter later is left alone. */
  readonly upTo?: string | undefined;
}

export type DeadLetterErrorCode =
  /** No message of this id has ever been a dead letter. */
  | 'unknown'
  /** It was one: meanwhile it was put back, discarded, sent or routed. */
  | 'settled'
  /** It became one after the place that was named: nobody has seen it yet. */
  | 'later'
  /** What it says was cut away from its conversation: there is nothing to put back. */
  | 'cut'
  /** Its conversation moved on each time that this was tried. */
  | 'busy';

export class DeadLetterError extends Error {
  override readonly name = 'DeadLetterError';

  constructor(
    readonly code: DeadLetterErrorCode,
    readonly messageId: string,
    message: string,
  ) {
    super(message);
  }
}

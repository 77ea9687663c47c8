import type { SendErrorCode } from '../domain/events.js';
import { isA } from './conversationEvents.js';
import type { Handover } from './handover.js';
import type { Ended } from './outcomeEvents.js';
import type { Verdict } from './policy.js';

/** An attempt, whatever came of it. */
export interface EndedAttempt extends Ended {
  readonly messageId: string;
  readonly result: 'accepted' | SendErrorCode;
  /** When the text was decided: ISO, UTC. Absent for one that a person put back. */
  readonly decidedAt?: string;
  /** What the text is from now on, when it waits for a person. */
  readonly deadLetter?: 'abandoned' | 'unclear';
}

/** Told of the attempts of this process: for those who count. The lane waits for each call, so it must be short. */
export interface OutboundListener {
  attempted(backend: string, attempt: EndedAttempt): void;
}

export const endedAttempt = (
  { request, text: { messageId } }: Handover,
  result: EndedAttempt['result'],
  ended: Ended,
  verdict?: Verdict,
): EndedAttempt => ({
  messageId,
  result,
  ...ended,
  ...(isA(request, 'MessageSent') ? { decidedAt: request.data.sentAt } : {}),
  ...(verdict?.do === 'abandon' ? { deadLetter: 'abandoned' } : {}),
  ...(verdict?.do === 'leave' ? { deadLetter: 'unclear' } : {}),
});

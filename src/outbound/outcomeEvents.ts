import { isoTime, type NewId } from '../domain/clock.js';
import type { DomainEvent, NewEvent } from '../domain/event.js';
import type {
  DispatchFailed,
  DispatchUnclear,
  MessageAbandoned,
  MessageDispatched,
  SendErrorCode,
} from '../domain/events.js';
import { schemaVersion } from '../domain/events.js';
import type { Accepted } from './gateway.js';
import type { Handover } from './handover.js';
import type { CountedVerdict } from './policy.js';

/** An attempt that was not accepted, in the words of the events. */
export interface Failure {
  readonly code: SendErrorCode;
  readonly detail: string;
}

/** When the gateway had answered, or was waited for no longer, and how long that took. */
export interface Ended {
  readonly atMs: number;
  readonly tookMs: number;
}

type OutcomeEvent = MessageDispatched | DispatchFailed | DispatchUnclear | MessageAbandoned;

/** A gateway may answer with a whole page of HTML: its beginning tells enough. */
const longest = 1_000;

export const acceptedEvent = (
  handover: Handover,
  accepted: Accepted,
  { atMs, tookMs }: Ended,
): MessageDispatched => ({
  type: 'MessageDispatched',
  data: {
    messageId: handover.text.messageId,
    attempt: handover.attempts + 1,
    ...accepted,
    answer: accepted.answer.slice(0, longest),
    ...(handover.resumed ? { resumed: true } : {}),
    tookMs,
    dispatchedAt: isoTime(atMs),
  },
});

/**
 * No answer was recorded, yet a delivery report arrived: the gateway has the text, and another attempt would be a copy. After runs that
 * were cut short nobody knows how many of them handed it over.
 */
export const takenEvent = (handover: Handover, nowMs: number): MessageDispatched => ({
  type: 'MessageDispatched',
  data: {
    messageId: handover.text.messageId,
    attempt: Math.max(1, handover.attempts),
    answer: 'told by a delivery report',
    ...(handover.resumed ? { resumed: true } : {}),
    dispatchedAt: isoTime(nowMs),
  },
});

/** The events that record a failed attempt; none when the policy burns no attempt. */
export const failureEvents = (
  { text: { messageId }, attempts }: Handover,
  { code, detail: words }: Failure,
  verdict: CountedVerdict,
  { atMs, tookMs }: Ended,
): readonly OutcomeEvent[] => {
  const attempt = attempts + 1;
  const detail = words.slice(0, longest);
  const failedAt = isoTime(atMs);
  const retryAt = 'delayMs' in verdict ? { retryAt: isoTime(atMs + verdict.delayMs) } : {};
  const failed = {
    type: 'DispatchFailed',
    data: { messageId, attempt, code, detail, tookMs, ...retryAt, failedAt },
  } as const;
  const unclear = { messageId, attempt, detail, tookMs, ...retryAt, failedAt };
  switch (verdict.do) {
    case 'retry':
      return [failed];
    case 'abandon':
      return [
        failed,
        {
          type: 'MessageAbandoned',
          data: { messageId, code, detail, attempts: attempt, abandonedAt: failedAt },
        },
      ];
    case 'resend':
      return [{ type: 'DispatchUnclear', data: { ...unclear, policy: 'resend' } }];
    case 'leave':
      return [{ type: 'DispatchUnclear', data: { ...unclear, policy: 'hold' } }];
  }
};

/** Ids and metadata are given once: an append that is repeated must carry the same ones. */
export const asNewEvents = (
  { request, correlationId }: Handover,
  events: readonly DomainEvent[],
  newId: NewId,
): NewEvent[] =>
  events.map(({ type, data }) => ({
    type,
    data,
    id: newId(),
    metadata: { $correlationId: correlationId, $causationId: request.id, schema: schemaVersion },
  }));

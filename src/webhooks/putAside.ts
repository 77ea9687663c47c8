import { isoTime } from '../domain/clock.js';
import type { NewEvent, RecordedEvent } from '../domain/event.js';
import { isRestored, StoreError } from '../store/port.js';
import { tellFailure } from '../store/tell.js';
import { callType } from './calls.js';
import { type AbandonCode, aboutCall, type WebhookCallAbandoned, webhookStream } from './events.js';
import type { Line } from './line.js';
import type { WebhookTools } from './tools.js';

/** Why a call is not tried any more. */
export interface Giving {
  readonly code: AbandonCode;
  readonly detail: string;
}

/**
 * Records that a call is given up: it is listed, and can be sent again.
 *
 * @returns false when that cannot be recorded now: then the call is tried on, and nobody else waits
 * @throws {StoreError} `restored`, `closed`
 */
export const putAside = async (
  tools: Pick<WebhookTools, 'store' | 'settings' | 'clock' | 'newId' | 'log'>,
  line: Pick<Line, 'attempts' | 'refusedSinceMs'>,
  event: RecordedEvent,
  why: Giving,
): Promise<boolean> => {
  const { store, settings, log, newId } = tools;
  const abandoned: NewEvent<WebhookCallAbandoned> = {
    type: 'WebhookCallAbandoned',
    data: factsOf(tools, line, event, why),
    id: newId(),
    metadata: aboutCall(event.id, event.metadata.$correlationId),
  };
  try {
    await store.append(webhookStream(settings.name), [abandoned]);
  } catch (error) {
    if (isRestored(error) || (error instanceof StoreError && error.code === 'closed')) throw error;
    tellFailure(log, 'warn', { err: error, call: event.id }, 'webhook call cannot be put aside: tried on');
    return false;
  }
  log.warn({ stream: event.stream, call: event.id, why: why.detail }, 'webhook call put aside');
  return true;
};

const factsOf = (
  { settings, clock }: Pick<WebhookTools, 'settings' | 'clock'>,
  { attempts, refusedSinceMs }: Pick<Line, 'attempts' | 'refusedSinceMs'>,
  event: RecordedEvent,
  { code, detail }: Giving,
): WebhookCallAbandoned['data'] => ({
  webhook: settings.name,
  eventId: event.id,
  stream: event.stream,
  revision: String(event.revision),
  type: callType(event) ?? event.type,
  code,
  detail,
  attempts,
  ...(refusedSinceMs === undefined ? {} : { refusedSince: isoTime(refusedSinceMs) }),
  abandonedAt: isoTime(clock.now()),
});

import type { RecordedEvent } from '../domain/event.js';

/** The field that tells when something happened, by the clock of whoever wrote it. */
const fields = [
  'receivedAt',
  'routedAt',
  'sentAt',
  'cancelledAt',
  'dispatchedAt',
  'failedAt',
  'abandonedAt',
  'reportedAt',
  'requeuedAt',
  'discardedAt',
] as const;

/** When it happened: ISO, UTC. What an event does not tell is when the store took it. */
export const happenedAt = ({ data, recordedAt }: Pick<RecordedEvent, 'data' | 'recordedAt'>): string => {
  const told = (data ?? {}) as Readonly<Record<string, unknown>>;
  for (const field of fields) {
    const at = told[field];
    if (typeof at === 'string' && !Number.isNaN(Date.parse(at))) return at;
  }
  return recordedAt;
};

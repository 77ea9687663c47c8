import { connectionOf } from '../domain/connection.js';
import type { DispatchFailed, MessageDispatched } from '../domain/events.js';
import { isUnderstood } from '../domain/understood.js';
import type { EventStore } from '../store/port.js';

/** What became of a backend's last texts. */
export interface Attempts {
  /** When its gateway took a text last: ISO, UTC. */
  lastTaken?: string;
  lastFailure?: { readonly at: string; readonly code: string; readonly detail: string };
  /** Texts that its gateway took, among what was read. */
  taken: number;
  /** Of them, the oldest. */
  takenSince?: string;
  /** Delivery reports, among what was read. */
  reports: number;
}

/** Among all backends together. */
const lookBack = 2_000;

/** Of the events that it is read from. */
export const attemptTypes: readonly string[] = [
  'MessageDispatched',
  'DispatchFailed',
  'DispatchUnclear',
  'MessageAbandoned',
  'DeliveryReported',
];

export const lastAttempts = async (
  store: Pick<EventStore, 'readAll'>,
): Promise<ReadonlyMap<string, Attempts>> => {
  const found = new Map<string, Attempts>();
  for await (const event of store.readAll({
    direction: 'backwards',
    maxCount: lookBack,
    filter: { types: attemptTypes },
  })) {
    const backend = connectionOf(event.stream)?.backend;
    if (backend === undefined || !isUnderstood(event)) continue;
    const known = found.get(backend) ?? { taken: 0, reports: 0 };
    found.set(backend, known);
    const { code = 'unclear', detail = '' } = event.data as Partial<DispatchFailed['data']>;
    switch (event.type) {
      case 'DeliveryReported':
        known.reports += 1;
        break;
      case 'MessageDispatched':
        known.taken += 1;
        known.lastTaken ??= event.recordedAt;
        known.takenSince = (event.data as MessageDispatched['data']).dispatchedAt;
        break;
      default:
        known.lastFailure ??= { at: event.recordedAt, code, detail };
    }
  }
  return found;
};

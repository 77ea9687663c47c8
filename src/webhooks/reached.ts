import { isDeepStrictEqual } from 'node:util';
import { isoTime } from '../domain/clock.js';
import type { NewEvent, RecordedEvent } from '../domain/event.js';
import { tellFailure } from '../store/tell.js';
import type { WebhookCheckpoint } from './checkpoint.js';
import { type EventPlace, schema, type WebhookReached, webhookStream } from './events.js';
import type { WebhookTools } from './tools.js';

/** Records how far it has got, if that is farther than where it began. A checkpoint may get lost, and does when a store is moved. */
export const keepReached = async (
  { store, settings, clock, newId, log, hasLease }: WebhookTools,
  before: WebhookCheckpoint,
  { last, lines }: WebhookCheckpoint,
): Promise<void> => {
  const isSame = isDeepStrictEqual([last, lines], [before.last, before.lines]);
  if (last === undefined || isSame || !hasLease()) return;
  const id = newId();
  const reached: NewEvent<WebhookReached> = {
    type: 'WebhookReached',
    data: { webhook: settings.name, last, lines, reachedAt: isoTime(clock.now()) },
    id,
    metadata: { $correlationId: id, schema },
  };
  try {
    await store.append(webhookStream(settings.name), [reached]);
  } catch (error) {
    tellFailure(log, 'warn', { err: error }, 'how far a webhook has got is not recorded');
  }
};

/** Where to go on after that, in this store; undefined when the event is there no more. */
export const whereReached = async (
  { store }: Pick<WebhookTools, 'store'>,
  { data: { last, lines } }: RecordedEvent<WebhookReached>,
): Promise<WebhookCheckpoint | undefined> => {
  const position = await positionOf(store, last);
  return position === undefined ? undefined : { position, lines, last };
};

const positionOf = async (
  store: WebhookTools['store'],
  { eventId, stream, revision }: EventPlace,
): Promise<string | undefined> => {
  for await (const event of store.readStream(stream, { from: BigInt(revision), maxCount: 1 }))
    return event.id === eventId ? event.position : undefined;
  return undefined;
};

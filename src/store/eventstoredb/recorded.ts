import type { AllStreamRecordedEvent, RecordedEvent as ClientEvent } from '@eventstore/db-client';
import type { EventMetadata, RecordedEvent } from '../../domain/event.js';
import { StoreError } from '../port.js';
import { formatPosition, knownPlace, type Place } from './position.js';

export type ReadEvent = ClientEvent | AllStreamRecordedEvent;

/** Where the event is in the whole store. */
export const placeOf = ({ position }: { readonly position?: Place }): Place => {
  const place = knownPlace(position);
  if (place) return place;
  throw new StoreError(
    'unsupported',
    'This EventStoreDB does not tell positions in streams: 22.6 or newer is needed.',
  );
};

/** The event as the port gives it out. What others wrote comes through as it is, whatever its type and schema. */
export const recordedEvent = (event: ReadEvent): RecordedEvent => ({
  id: event.id,
  type: event.type,
  data: dataOf(event),
  metadata: metadataOf(event),
  stream: event.streamId,
  revision: event.revision,
  position: formatPosition(placeOf(event as { readonly position?: Place })),
  recordedAt: event.created.toISOString(),
});

/** What is no JSON object cannot be ours: it is handed out in a shape that folding passes over and people can look at. */
const dataOf = ({ isJson, data }: ReadEvent): object => {
  if (isJson && typeof data === 'object' && data !== null) return data;
  return isJson ? { value: data } : { base64: Buffer.from(data as Uint8Array).toString('base64') };
};

const metadataOf = ({ id, metadata }: ReadEvent): EventMetadata => {
  const isObject = typeof metadata === 'object' && !(metadata instanceof Uint8Array);
  const given = isObject ? (metadata as Partial<EventMetadata>) : {};
  // Of ours it is as it was written, to the order of its keys.
  if (given.$correlationId !== undefined && given.schema !== undefined) return given as EventMetadata;
  return { $correlationId: id, schema: 0, ...given };
};

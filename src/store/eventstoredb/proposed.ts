import shared from '@eventstore/db-client/generated/shared_pb.js';
import type { BatchAppendReq } from '@eventstore/db-client/generated/streams_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { SerialisedEvent } from '../serialise.js';

/** What points to an event elsewhere. */
export const linkType = '$>';

/** An event as the server takes it: its data is the text that was checked, so nothing can go wrong on the way. */
export const messageOf = (event: SerialisedEvent): BatchAppendReq.ProposedMessage => {
  const message = new streams.BatchAppendReq.ProposedMessage()
    .setId(new shared.UUID().setString(event.id))
    .setData(Buffer.from(event.data))
    .setCustomMetadata(Buffer.from(metadataText(event)));
  const metadata = message.getMetadataMap();
  metadata.set('type', event.type);
  metadata.set('content-type', event.type === linkType ? 'application/octet-stream' : 'application/json');
  return message;
};

const metadataText = ({ type, correlationId, causationId, schema, extra }: SerialisedEvent): string => {
  // Links and settings of streams: the server would link each of them by its correlation.
  if (type.startsWith('$')) return extra ?? '{}';
  const known = JSON.stringify({ $correlationId: correlationId, $causationId: causationId, schema });
  // Two objects become one: `{a}` and `{b}` are `{a,b}`.
  return extra === undefined || extra === '{}' ? known : `${known.slice(0, -1)},${extra.slice(1)}`;
};

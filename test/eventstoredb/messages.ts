// Between the log and the messages of the protocol.
import shared from '@eventstore/db-client/generated/shared_pb.js';
import type { ReadResp as ReadRespMessage } from '@eventstore/db-client/generated/streams_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { LoggedEvent, ProposedEvent } from './log.js';
import { tombstoneRevision } from './streamMetadata.js';

const { ReadResp } = streams;
type RecordedMessage = ReadRespMessage.ReadEvent.RecordedEvent;

export const streamIdentifier = (name: string): InstanceType<typeof shared.StreamIdentifier> =>
  new shared.StreamIdentifier().setStreamName(Buffer.from(name));

export const nameOf = (identifier: InstanceType<typeof shared.StreamIdentifier> | undefined): string =>
  Buffer.from(identifier?.getStreamName_asU8() ?? []).toString();

interface Proposed {
  getId(): InstanceType<typeof shared.UUID> | undefined;
  getMetadataMap(): { get(name: string): string | undefined };
  getData_asU8(): Uint8Array;
  getCustomMetadata_asU8(): Uint8Array;
}

export const proposedEvent = (message: Proposed): ProposedEvent => ({
  id: message.getId()?.getString().toLowerCase() ?? '',
  type: message.getMetadataMap().get('type') ?? '',
  isJson: message.getMetadataMap().get('content-type') === 'application/json',
  data: Buffer.from(message.getData_asU8()),
  metadata: Buffer.from(message.getCustomMetadata_asU8()),
});

/** As the server counts it: names are UTF-16 in its file. */
export const sizeOf = ({ type, data, metadata }: ProposedEvent): number =>
  data.length + metadata.length + type.length * 2;

export const maxAppendSize = 1024 * 1024;

export const readEvent = (event: LoggedEvent): ReadRespMessage =>
  new ReadResp().setEvent(
    new ReadResp.ReadEvent().setEvent(recorded(event)).setCommitPosition(String(event.position)),
  );

/** @param target - what it points to, when that can be read; the place is the link's */
export const readLink = (link: LoggedEvent, target: LoggedEvent | undefined): ReadRespMessage => {
  const message = new ReadResp.ReadEvent().setLink(recorded(link)).setCommitPosition(String(link.position));
  if (target) message.setEvent(recorded(target));
  return new ReadResp().setEvent(message);
};

/** A tombstone's is the largest of 64 bits with a sign, as the protocol has it. */
export const revisionText = (revision: number): string =>
  String(revision === tombstoneRevision ? 2n ** 63n - 1n : revision);

const recorded = (event: LoggedEvent): RecordedMessage => {
  const message = new ReadResp.ReadEvent.RecordedEvent()
    .setId(new shared.UUID().setString(event.id))
    .setStreamIdentifier(streamIdentifier(event.stream))
    .setStreamRevision(revisionText(event.revision))
    .setCommitPosition(String(event.position))
    .setPreparePosition(String(event.position))
    .setData(event.data)
    .setCustomMetadata(event.metadata);
  const metadata = message.getMetadataMap();
  metadata.set('type', event.type);
  metadata.set('content-type', event.isJson ? 'application/json' : 'application/octet-stream');
  metadata.set('created', String(BigInt(event.created) * 10_000n));
  return message;
};

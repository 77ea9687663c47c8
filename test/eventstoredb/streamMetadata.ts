import type { ProposedEvent } from './log.js';

/** What the server reads in the last event of a stream's metadata stream. */
export interface StreamMetadata {
  readonly $maxCount?: number;
  /** Seconds. */
  readonly $maxAge?: number;
  /** Revision of the first event that is left. */
  readonly $tb?: number;
}

/** The revision of a tombstone. The protocol's is one less, which a number cannot tell from this. */
export const tombstoneRevision = 2 ** 63;

const noBytes = Buffer.from('');

export const metadataEvent = (metadata: string): ProposedEvent => ({
  id: crypto.randomUUID(),
  type: '$metadata',
  isJson: true,
  data: Buffer.from(metadata),
  metadata: noBytes,
});

export const deletion = (): ProposedEvent => metadataEvent('{"$tb":9223372036854775807}');

export const tombstoneEvent = (): ProposedEvent => ({
  ...metadataEvent(''),
  type: '$streamDeleted',
  isJson: false,
});

export const isMetadataStream = (name: string): boolean => name.startsWith('$$');

export const metadataStreamOf = (name: string): string => `$$${name}`;

/** The stream that a metadata stream is of, else the stream itself. */
export const originalOf = (name: string): string => (isMetadataStream(name) ? name.slice(2) : name);

/** Whatever its type is, an event of a metadata stream counts, and as nothing when it is not JSON. */
export const metadataIn = (data: Buffer): StreamMetadata => {
  try {
    const value: unknown = JSON.parse(data.toString());
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
};

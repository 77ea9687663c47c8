import shared from '@eventstore/db-client/generated/shared_pb.js';
import type { Status } from '@eventstore/db-client/generated/status_pb.js';

/** An error of one append, in the client's terms. */
export interface AppendFailure extends Error {
  readonly type: string;
  /** Revision of the stream's last event, -1n without any; only with `wrong-expected-version`. */
  readonly actual?: bigint;
}

const typeByName: Readonly<Record<string, string>> = {
  'event_store.client.WrongExpectedVersion': 'wrong-expected-version',
  'event_store.client.StreamDeleted': 'stream-deleted',
  'event_store.client.AccessDenied': 'access-denied',
  'event_store.client.Timeout': 'timeout',
  'event_store.client.MaximumAppendSizeExceeded': 'maximum-append-size-exceeded',
  'event_store.client.BadRequest': 'invalid-argument',
};

/** "Server Is Not Ready" and "Busy" have an empty message packed in: what is not in the table is `unknown`, and may pass. */
export const unpackFailure = (status: Status): AppendFailure => {
  const details = status.getDetails();
  const type = typeByName[details?.getTypeName() ?? ''] ?? 'unknown';
  const error = Object.assign(new Error(status.getMessage()), { type });
  if (type !== 'wrong-expected-version') return error;
  const wrong = shared.WrongExpectedVersion.deserializeBinary(details?.getValue_asU8() ?? new Uint8Array());
  const actual = wrong.hasCurrentStreamRevision() ? BigInt(wrong.getCurrentStreamRevision()) : -1n;
  return Object.assign(error, { actual });
};

// Errors as the server encodes them: trailers on calls, a google.rpc.Status on answers of a batch append.

import shared from '@eventstore/db-client/generated/shared_pb.js';
import rpc from '@eventstore/db-client/generated/status_pb.js';
import { Metadata, type StatusObject, status } from '@grpc/grpc-js';
import any from 'google-protobuf/google/protobuf/any_pb.js';
import empty from 'google-protobuf/google/protobuf/empty_pb.js';
import type { Expected } from './log.js';
import { maxAppendSize } from './messages.js';

const failure = (
  code: status,
  details: string,
  trailers: Readonly<Record<string, string>> = {},
): Pick<StatusObject, 'code' | 'details' | 'metadata'> & Error => {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(trailers)) metadata.set(name, value);
  return Object.assign(new Error(details), { code, details, metadata });
};

export const failures = {
  wrongVersion: (stream: string, expected: number, actual: number) =>
    failure(status.FAILED_PRECONDITION, `Append failed due to WrongExpectedVersion. Stream: ${stream}`, {
      exception: 'wrong-expected-version',
      'stream-name': stream,
      'expected-version': String(expected),
      'actual-version': actual === -1 ? '' : String(actual),
    }),
  streamDeleted: (stream: string) =>
    failure(status.FAILED_PRECONDITION, `Event stream '${stream}' is deleted.`, {
      exception: 'stream-deleted',
      'stream-name': stream,
    }),
  tooLarge: () =>
    failure(status.INVALID_ARGUMENT, `Maximum Append Size of ${maxAppendSize} Exceeded.`, {
      exception: 'maximum-append-size-exceeded',
      'maximum-append-size': String(maxAppendSize),
    }),
  notLeader: ({ host, port }: { readonly host: string; readonly port: number }) =>
    failure(status.NOT_FOUND, 'Leader info available', {
      exception: 'not-leader',
      'leader-endpoint-host': host,
      'leader-endpoint-port': String(port),
    }),
  notReady: () => failure(status.UNAVAILABLE, 'Server Is Not Ready'),
  badPosition: () => failure(status.UNKNOWN, 'Unexpected ReadAllResult: InvalidPosition'),
  notFound: (what: string) => failure(status.NOT_FOUND, `${what} is not found.`),
  accessDenied: () => failure(status.PERMISSION_DENIED, 'Access Denied', { exception: 'access-denied' }),
  conflict: (what: string) => failure(status.UNKNOWN, `Conflict. ${what}`),
};

const packed = (message: { serializeBinary(): Uint8Array }, typeName: string, text: string) => {
  const details = new any.Any();
  details.pack(message.serializeBinary(), typeName);
  return new rpc.Status().setMessage(text).setDetails(details);
};

export const batchRefusals = {
  wrongVersion: (expected: Expected, actual: number) => {
    const message = new shared.WrongExpectedVersion();
    if (actual === -1) message.setCurrentNoStream(new empty.Empty());
    else message.setCurrentStreamRevision(String(actual));
    if (expected === -1) message.setExpectedNoStream(new empty.Empty());
    else if (expected === 'any') message.setExpectedAny(new empty.Empty());
    else if (expected === 'exists') message.setExpectedStreamExists(new empty.Empty());
    else message.setExpectedStreamPosition(String(expected));
    return packed(message, 'event_store.client.WrongExpectedVersion', 'WrongExpectedVersion');
  },
  streamDeleted: () =>
    packed(new shared.StreamDeleted(), 'event_store.client.StreamDeleted', 'Stream is deleted.'),
  tooLarge: () =>
    packed(
      new shared.MaximumAppendSizeExceeded().setMaxappendsize(maxAppendSize),
      'event_store.client.MaximumAppendSizeExceeded',
      'Maximum append size exceeded.',
    ),
  notReady: () => packed(new empty.Empty(), 'google.protobuf.Empty', 'Server Is Not Ready'),
};

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
  /** Of a delete: an append answers it as a success of the call. */
  wrongVersion: (stream: string, expected: Expected, actual: number) => {
    const number = typeof expected === 'number' ? expected : -2;
    const details = `Stream: ${stream}, Expected version: ${number}, Actual version: ${actual}`;
    return failure(status.FAILED_PRECONDITION, `Delete failed due to WrongExpectedVersion. ${details}`, {
      exception: 'wrong-expected-version',
      'stream-name': stream,
      'expected-version': String(number),
      'actual-version': String(actual),
    });
  },
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
  unexpected: (what: 'ReadAllResult' | 'ReadStreamResult', result: string) =>
    failure(status.UNKNOWN, `Unexpected ${what}: ${result}`),
  invalidPosition: () => failure(status.INVALID_ARGUMENT, 'Trying to read from an invalid position.'),
  accessDenied: () => failure(status.PERMISSION_DENIED, 'Access Denied', { exception: 'access-denied' }),
  unauthenticated: () => failure(status.UNAUTHENTICATED, 'Unauthenticated'),
  /** What clients make of calls that a server which ends leaves without a status. */
  ended: () => failure(status.INTERNAL, 'Received RST_STREAM with code 0 (Call ended without gRPC status)'),
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
  accessDenied: () => packed(new shared.AccessDenied(), 'event_store.client.AccessDenied', 'Access Denied'),
  notReady: () => packed(new empty.Empty(), 'google.protobuf.Empty', 'Server Is Not Ready'),
};

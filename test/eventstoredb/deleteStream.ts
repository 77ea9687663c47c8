import type {
  DeleteReq,
  DeleteResp as DeleteRespMessage,
  TombstoneReq,
  TombstoneResp as TombstoneRespMessage,
} from '@eventstore/db-client/generated/streams_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { handleUnaryCall } from '@grpc/grpc-js';
import type { Refusal, Written } from './idempotency.js';
import type { Expected } from './log.js';
import { nameOf } from './messages.js';
import { failures } from './refusals.js';
import type { StandIn } from './standIn.js';

const { DeleteResp, TombstoneResp } = streams;
type Options = DeleteReq.Options | TombstoneReq.Options;
type Remove = (stream: string, expected: Expected) => Written | Refusal;

/** Soft: the stream may be written again. */
export const deleteStream =
  (server: StandIn): handleUnaryCall<DeleteReq, DeleteRespMessage> =>
  ({ request }, answer) => {
    try {
      const remove: Remove = (stream, expected) => server.log.delete(stream, expected);
      const position = removed(server, request.getOptions(), remove);
      const place = new DeleteResp.Position().setCommitPosition(position).setPreparePosition(position);
      answer(null, new DeleteResp().setPosition(place));
    } catch (error) {
      answer(error as Error);
    }
  };

/** Hard: its name is used up for ever. */
export const tombstone =
  (server: StandIn): handleUnaryCall<TombstoneReq, TombstoneRespMessage> =>
  ({ request }, answer) => {
    try {
      const remove: Remove = (stream, expected) => server.log.tombstone(stream, expected);
      const position = removed(server, request.getOptions(), remove);
      const place = new TombstoneResp.Position().setCommitPosition(position).setPreparePosition(position);
      answer(null, new TombstoneResp().setPosition(place));
    } catch (error) {
      answer(error as Error);
    }
  };

/** @returns the position of what was written for it */
const removed = (server: StandIn, options: Options | undefined, remove: Remove): string => {
  const stream = nameOf(options?.getStreamIdentifier());
  const refusal = server.refusal('delete', stream);
  if (refusal) throw refusal;
  const expected = expectedOf(options);
  const result = remove(stream, expected);
  if (!('refused' in result)) return String(result.position);
  if (result.refused === 'deleted') throw failures.streamDeleted(stream);
  throw failures.wrongVersion(stream, expected, result.current);
};

const expectedOf = (options: Options | undefined): Expected => {
  if (options?.hasNoStream()) return -1;
  return options?.hasRevision() ? Number(options.getRevision()) : 'any';
};

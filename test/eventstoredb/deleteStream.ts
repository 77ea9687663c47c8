import type {
  DeleteReq,
  DeleteResp as DeleteRespMessage,
  TombstoneReq,
  TombstoneResp as TombstoneRespMessage,
} from '@eventstore/db-client/generated/streams_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { handleUnaryCall } from '@grpc/grpc-js';
import { nameOf } from './messages.js';
import { failures } from './refusals.js';
import type { StandIn } from './standIn.js';

const { DeleteResp, TombstoneResp } = streams;

/** Soft: the stream may be written again. */
export const deleteStream =
  ({ log }: StandIn): handleUnaryCall<DeleteReq, DeleteRespMessage> =>
  ({ request }, answer) => {
    const stream = nameOf(request.getOptions()?.getStreamIdentifier());
    if (log.stream(stream).tombstoned) return answer(failures.streamDeleted(stream));
    const position = String(log.delete(stream, false));
    answer(
      null,
      new DeleteResp().setPosition(
        new DeleteResp.Position().setCommitPosition(position).setPreparePosition(position),
      ),
    );
  };

/** Hard: its name is used up for ever. */
export const tombstone =
  ({ log }: StandIn): handleUnaryCall<TombstoneReq, TombstoneRespMessage> =>
  ({ request }, answer) => {
    const stream = nameOf(request.getOptions()?.getStreamIdentifier());
    const position = String(log.delete(stream, true));
    answer(
      null,
      new TombstoneResp().setPosition(
        new TombstoneResp.Position().setCommitPosition(position).setPreparePosition(position),
      ),
    );
  };

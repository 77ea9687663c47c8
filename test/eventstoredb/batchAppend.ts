import shared from '@eventstore/db-client/generated/shared_pb.js';
import type {
  BatchAppendReq,
  BatchAppendResp as BatchAppendRespMessage,
} from '@eventstore/db-client/generated/streams_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { handleBidiStreamingCall, ServerDuplexStream } from '@grpc/grpc-js';
import empty from 'google-protobuf/google/protobuf/empty_pb.js';
import type { Written } from './idempotency.js';
import type { Expected, ProposedEvent } from './log.js';
import { maxAppendSize, nameOf, proposedEvent, sizeOf, streamIdentifier } from './messages.js';
import { batchRefusals, failures } from './refusals.js';
import type { StandIn } from './standIn.js';

const { BatchAppendResp } = streams;
type Call = ServerDuplexStream<BatchAppendReq, BatchAppendRespMessage>;

interface Pending {
  readonly options: BatchAppendReq.Options;
  readonly events: ProposedEvent[];
}

/** BatchAppend: many appends over one call, each with an id of its own and perhaps in several pieces. */
export const batchAppend =
  (server: StandIn): handleBidiStreamingCall<BatchAppendReq, BatchAppendRespMessage> =>
  (call) => {
    const pending = new Map<string, Pending>();
    call.on('data', (message: BatchAppendReq) => {
      const id = message.getCorrelationId()?.getString() ?? '';
      const options = message.getOptions();
      if (options) pending.set(id, { options, events: [] });
      const append = pending.get(id);
      if (!append) return;
      append.events.push(...message.getProposedMessagesList().map(proposedEvent));
      if (!message.getIsFinal()) return;
      pending.delete(id);
      write(server, call, id, append);
    });
    const endWithServer = () => {
      if (server.ending) call.emit('error', failures.ended());
    };
    server.changes.on('changed', endWithServer);
    for (const over of ['close', 'cancelled'])
      call.on(over, () => server.changes.off('changed', endWithServer));
    call.on('error', () => undefined);
    call.on('end', () => call.end());
  };

const write = (server: StandIn, call: Call, id: string, { options, events }: Pending): void => {
  const { log, faults } = server;
  faults.appends += 1;
  if (faults.leader) {
    call.emit('error', failures.notLeader(faults.leader));
    return;
  }
  const stream = nameOf(options.getStreamIdentifier());
  const response = new BatchAppendResp()
    .setCorrelationId(new shared.UUID().setString(id))
    .setStreamIdentifier(streamIdentifier(stream));
  if (!server.rights.allow('append', stream)) {
    call.write(response.setError(batchRefusals.accessDenied()));
    return;
  }
  if (faults.take('notReady')) {
    call.write(response.setError(batchRefusals.notReady()));
    return;
  }
  if (events.reduce((sum, event) => sum + sizeOf(event), 0) > maxAppendSize) {
    call.write(response.setError(batchRefusals.tooLarge()));
    return;
  }
  const expected = expectedOf(options);
  const result = log.append(stream, events, expected);
  if (faults.take('loseAnswers')) return;
  if (!('refused' in result)) {
    call.write(response.setSuccess(success(result)));
  } else if (result.refused === 'deleted') call.write(response.setError(batchRefusals.streamDeleted()));
  else call.write(response.setError(batchRefusals.wrongVersion(expected, result.current)));
};

const success = ({ revision, position }: Written): BatchAppendRespMessage.Success => {
  const message = new BatchAppendResp.Success().setCurrentRevision(String(revision));
  if (position === undefined) return message.setNoPosition(new empty.Empty());
  return message.setPosition(
    new shared.AllStreamPosition().setCommitPosition(String(position)).setPreparePosition(String(position)),
  );
};

const expectedOf = (options: BatchAppendReq.Options): Expected => {
  if (options.hasNoStream()) return -1;
  if (options.hasStreamPosition()) return Number(options.getStreamPosition());
  return options.hasStreamExists() ? 'exists' : 'any';
};

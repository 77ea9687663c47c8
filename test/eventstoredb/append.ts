import shared from '@eventstore/db-client/generated/shared_pb.js';
import type {
  AppendReq,
  AppendResp as AppendRespMessage,
} from '@eventstore/db-client/generated/streams_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { handleClientStreamingCall, sendUnaryData } from '@grpc/grpc-js';
import type { Faults } from './faults.js';
import type { Written } from './idempotency.js';
import type { Expected, ProposedEvent } from './log.js';
import { maxAppendSize, nameOf, proposedEvent, sizeOf } from './messages.js';
import { failures } from './refusals.js';
import type { StandIn } from './standIn.js';

const { AppendResp } = streams;

/** Append: a call of its own for each append. */
export const append =
  (server: StandIn): handleClientStreamingCall<AppendReq, AppendRespMessage> =>
  (call, answer) => {
    let options: AppendReq.Options | undefined;
    const events: ProposedEvent[] = [];
    call.on('data', (message: AppendReq) => {
      options ??= message.getOptions();
      const proposed = message.getProposedMessage();
      if (proposed) events.push(proposedEvent(proposed));
    });
    call.on('error', () => undefined);
    call.on('end', () => write(server, options, events, answer));
  };

const write = (
  server: StandIn,
  options: AppendReq.Options | undefined,
  events: readonly ProposedEvent[],
  answer: sendUnaryData<AppendRespMessage>,
): void => {
  const { log, faults } = server;
  faults.appends += 1;
  const stream = nameOf(options?.getStreamIdentifier());
  const expected = expectedOf(options);
  const before = server.refusal('append', stream) ?? refusal(faults, events);
  if (before) {
    answer(before);
    return;
  }
  const result = log.append(stream, events, expected);
  if (faults.take('loseAnswers')) return;
  if (!('refused' in result)) answer(null, success(result));
  else if (result.refused === 'deleted') answer(failures.streamDeleted(stream));
  else answer(null, wrongVersion(expected, result.current));
};

const refusal = (faults: Faults, events: readonly ProposedEvent[]) => {
  if (faults.leader) return failures.notLeader(faults.leader);
  if (faults.take('notReady')) return failures.notReady();
  const size = events.reduce((sum, event) => sum + sizeOf(event), 0);
  return size > maxAppendSize ? failures.tooLarge() : undefined;
};

const wrongVersion = (expected: Expected, current: number): AppendRespMessage => {
  const wrong = new AppendResp.WrongExpectedVersion();
  if (current === -1) wrong.setCurrentNoStream(new shared.Empty());
  else wrong.setCurrentRevision(String(current));
  if (expected === -1) wrong.setExpectedNoStream(new shared.Empty());
  else if (typeof expected === 'number') wrong.setExpectedRevision(String(expected));
  else wrong.setExpectedAny(new shared.Empty());
  return new AppendResp().setWrongExpectedVersion(wrong);
};

const expectedOf = (options: AppendReq.Options | undefined): Expected => {
  if (options?.hasNoStream()) return -1;
  if (options?.hasRevision()) return Number(options.getRevision());
  return options?.hasStreamExists() ? 'exists' : 'any';
};

const success = ({ revision, position }: Written): AppendRespMessage => {
  const message = new AppendResp.Success().setCurrentRevision(String(revision));
  if (position === undefined) message.setNoPosition(new shared.Empty());
  else
    message.setPosition(
      new AppendResp.Position().setCommitPosition(String(position)).setPreparePosition(String(position)),
    );
  return new AppendResp().setSuccess(message);
};

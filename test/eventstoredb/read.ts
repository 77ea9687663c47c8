import type { ReadReq, ReadResp as ReadRespMessage } from '@eventstore/db-client/generated/streams_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { handleServerStreamingCall, ServerWritableStream } from '@grpc/grpc-js';
import { filterOf } from './filter.js';
import { streamIdentifier } from './messages.js';
import { Reader } from './reader.js';
import { failures } from './refusals.js';
import { checkStart, type Source, sourceOf, startOf, walk } from './source.js';
import type { StandIn } from './standIn.js';
import { Subscription } from './subscribe.js';

const { ReadResp } = streams;
type Call = ServerWritableStream<ReadReq, ReadRespMessage>;

/** Read: a stream or $all, in both directions, or live. */
export const read =
  (server: StandIn): handleServerStreamingCall<ReadReq, ReadRespMessage> =>
  (call) => {
    server.asked += 1;
    call.on('error', () => undefined);
    serve(server, call).catch((error: unknown) => call.emit('error', error));
  };

const serve = async (server: StandIn, call: Call): Promise<void> => {
  const options = call.request.getOptions();
  if (!options) return;
  const { log, faults } = server;
  if (faults.leader && call.metadata.get('requires-leader').includes('true')) {
    throw failures.notLeader(faults.leader);
  }
  const source = sourceOf(log, options);
  const reader = new Reader(server, call, source.name);
  reader.check();
  if (log.streams.tombstoned(source.name)) throw failures.streamDeleted(source.name);
  if (options.hasSubscription()) return new Subscription(log, source, reader).run();
  checkStart(log, source, startOf(options), options.getReadDirection() === 1);
  if (source.name !== '$all' && !log.streams.of(source.name).exists) call.write(notFound(source.name));
  else await readOnce(reader, source);
  call.end();
};

const notFound = (name: string): ReadRespMessage =>
  new ReadResp().setStreamNotFound(new ReadResp.StreamNotFound().setStreamIdentifier(streamIdentifier(name)));

const readOnce = async (reader: Reader, source: Source): Promise<void> => {
  const { options } = reader;
  const matches = filterOf(options)?.matches;
  let left = Number(options.getCount());
  for (const event of walk(source, startOf(options), options.getReadDirection() === 1)) {
    if (left === 0 || reader.gone) return;
    if (matches && !matches(event)) continue;
    await reader.event(event);
    left -= 1;
  }
};

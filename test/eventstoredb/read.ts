import { once } from 'node:events';
import type { ReadReq, ReadResp as ReadRespMessage } from '@eventstore/db-client/generated/streams_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { handleServerStreamingCall, ServerWritableStream } from '@grpc/grpc-js';
import type { LoggedEvent } from './log.js';
import { nameOf, readEvent, streamIdentifier } from './messages.js';
import { checkpointEvery, filterOf, type Source, sourceOf } from './readRequest.js';
import { failures } from './refusals.js';
import type { StandIn } from './standIn.js';

const { ReadResp } = streams;
type Call = ServerWritableStream<ReadReq, ReadRespMessage>;

/** More than this behind, a live subscription is told so, and told again when it has caught up. */
const liveBuffer = 32;

/** Read: a stream or $all, in both directions, or live. */
export const read =
  (server: StandIn): handleServerStreamingCall<ReadReq, ReadRespMessage> =>
  (call) => {
    call.on('error', () => undefined);
    serve(server, call).catch((error: unknown) => call.emit('error', error));
  };

const serve = async (server: StandIn, call: Call): Promise<void> => {
  const options = call.request.getOptions();
  if (!options) return;
  if (server.faults.leader && call.metadata.get('requires-leader').includes('true')) {
    throw failures.notLeader(server.faults.leader);
  }
  const source = sourceOf(server.log, options);
  if (source === 'not-found') {
    const name = nameOf(options.getStream()?.getStreamIdentifier());
    const missing = new ReadResp.StreamNotFound().setStreamIdentifier(streamIdentifier(name));
    await send(call, new ReadResp().setStreamNotFound(missing));
    call.end();
  } else if (options.hasSubscription()) await subscribe(server, call, options, source);
  else await readOnce(server, call, options, source);
};

const readOnce = async (
  server: StandIn,
  call: Call,
  options: ReadReq.Options,
  source: Source,
): Promise<void> => {
  const matches = filterOf(options);
  const step = options.getReadDirection() === 1 ? -1 : 1;
  let left = Number(options.getCount());
  for (let index = step === 1 ? source.start : source.start - 1; left > 0; index += step) {
    const event = source.events()[index];
    if (event === undefined || call.cancelled) break;
    if (!matches(event)) continue;
    await send(call, answerOf(server, event, options));
    left -= 1;
  }
  call.end();
};

const subscribe = async (
  server: StandIn,
  call: Call,
  options: ReadReq.Options,
  source: Source,
): Promise<void> => {
  const confirmation = new ReadResp.SubscriptionConfirmation().setSubscriptionId(crypto.randomUUID());
  await send(call, new ReadResp().setConfirmation(confirmation));
  const matches = filterOf(options);
  const every = checkpointEvery(options);
  let next = source.start;
  let lookedAt = 0;
  let live = false;
  while (!call.cancelled) {
    const changed = nextWrite(server, call);
    if (live && source.events().length - next > liveBuffer) {
      live = false;
      await send(call, new ReadResp().setFellBehind(new ReadResp.FellBehind()));
    }
    for (; next < source.events().length && !call.cancelled; next += 1) {
      const event = source.events()[next];
      if (event && matches(event)) await send(call, answerOf(server, event, options));
      lookedAt += 1;
      if (event && lookedAt % every === 0) await send(call, checkpoint(event));
    }
    if (!live) await send(call, new ReadResp().setCaughtUp(new ReadResp.CaughtUp()));
    live = true;
    await changed;
  }
};

const nextWrite = ({ log }: StandIn, call: Call): Promise<unknown> => {
  const over = new AbortController();
  const end = () => over.abort();
  call.once('cancelled', end);
  return once(log.changes, 'written', { signal: over.signal })
    .catch(() => undefined)
    .finally(() => call.off('cancelled', end));
};

const checkpoint = ({ position }: LoggedEvent): ReadRespMessage =>
  new ReadResp().setCheckpoint(
    new ReadResp.Checkpoint().setCommitPosition(String(position)).setPreparePosition(String(position)),
  );

const answerOf = (server: StandIn, event: LoggedEvent, options: ReadReq.Options): ReadRespMessage => {
  server.sent += 1;
  const { log } = server;
  if (!options.getResolveLinks() || event.type !== '$>') return readEvent(event);
  const [revision, ...stream] = event.data.toString().split('@');
  const target = log.stream(stream.join('@')).events.find((one) => one.revision === Number(revision));
  return target ? readEvent(target, event) : readEvent(event);
};

/** Waits for the reader when it is slow, as the flow control of HTTP/2 makes the real one. */
const send = async (call: Call, message: ReadRespMessage): Promise<void> => {
  if (call.cancelled || call.write(message)) return;
  const over = new AbortController();
  const end = () => over.abort();
  call.once('cancelled', end);
  await once(call, 'drain', { signal: over.signal }).catch(() => undefined);
  call.off('cancelled', end);
};

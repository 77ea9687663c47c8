import { once } from 'node:events';
import type { ReadReq, ReadResp as ReadRespMessage } from '@eventstore/db-client/generated/streams_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { ServerWritableStream } from '@grpc/grpc-js';
import type { LoggedEvent } from './log.js';
import { readEvent, readLink } from './messages.js';
import type { Place } from './order.js';
import type { StandIn } from './standIn.js';

const { ReadResp } = streams;
type Call = ServerWritableStream<ReadReq, ReadRespMessage>;

/** The client at the other end of a read. */
export class Reader {
  readonly options: ReadReq.Options;

  constructor(
    private readonly server: StandIn,
    private readonly call: Call,
    /** Of the stream, or `$all`. */
    private readonly name: string,
  ) {
    this.options = call.request.getOptions() ?? new streams.ReadReq.Options();
  }

  get gone(): boolean {
    return this.call.cancelled;
  }

  /** @throws the reason why it may not go on reading */
  check(): void {
    const refusal = this.server.refusal('read', this.name);
    if (refusal) throw refusal;
  }

  /** @throws as `check` does */
  async event(event: LoggedEvent): Promise<void> {
    this.check();
    this.server.sent += 1;
    await this.#send(this.#answerOf(event));
  }

  async checkpoint({ commit, prepare }: Place): Promise<void> {
    const checkpoint = new ReadResp.Checkpoint()
      .setCommitPosition(unsigned(commit))
      .setPreparePosition(unsigned(prepare));
    await this.#send(new ReadResp().setCheckpoint(checkpoint));
  }

  async confirm(): Promise<void> {
    const confirmation = new ReadResp.SubscriptionConfirmation().setSubscriptionId(crypto.randomUUID());
    await this.#send(new ReadResp().setConfirmation(confirmation));
  }

  async caughtUp(): Promise<void> {
    await this.#send(new ReadResp().setCaughtUp(new ReadResp.CaughtUp()));
  }

  async fellBehind(): Promise<void> {
    await this.#send(new ReadResp().setFellBehind(new ReadResp.FellBehind()));
  }

  /** Settles at the next write, when rights change or the server ends, or when the client is gone. */
  async change(): Promise<void> {
    const over = new AbortController();
    const end = () => over.abort();
    const { signal } = over;
    this.call.once('cancelled', end);
    const { log, changes } = this.server;
    await Promise.race([
      once(log.changes, 'written', { signal }),
      once(changes, 'changed', { signal }),
    ]).catch(() => undefined);
    this.call.off('cancelled', end);
    end();
  }

  #answerOf(event: LoggedEvent): ReadRespMessage {
    if (!this.options.getResolveLinks() || event.type !== '$>') return readEvent(event);
    const [revision, ...stream] = event.data.toString().split('@');
    const { streams: all } = this.server.log;
    const target = all.of(stream.join('@')).at(Number(revision));
    return readLink(event, target && all.readable(target) ? target : undefined);
  }

  /** Waits for the reader when it is slow, as the flow control of HTTP/2 makes the real one. */
  async #send(message: ReadRespMessage): Promise<void> {
    const { call } = this;
    if (call.cancelled || call.write(message)) return;
    const over = new AbortController();
    const end = () => over.abort();
    call.once('cancelled', end);
    await once(call, 'drain', { signal: over.signal }).catch(() => undefined);
    call.off('cancelled', end);
  }
}

/** The protocol has no negative numbers: -1 becomes the largest of 64 bits. */
const unsigned = (place: number): string => String(BigInt.asUintN(64, BigInt(place)));

import { randomUUID } from 'node:crypto';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streamsService from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type { BatchAppendReq, BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { ClientDuplexStream } from '@grpc/grpc-js';
import type { SerialisedEvent } from '../serialise.js';
import type { Connection } from './connection.js';
import { knownPlace, type Place } from './position.js';
import { messageOf } from './proposed.js';
import { unpackFailure } from './unpack.js';

type Call = ClientDuplexStream<BatchAppendReq, BatchAppendResp>;

export interface Written {
  /** Of the last event. */
  readonly revision: bigint;
  /** Of the last event; absent when the server answers a repetition without looking it up. */
  readonly place: Place | undefined;
}

interface Waiting {
  resolve(written: Written): void;
  reject(error: unknown): void;
}

/** An answer that did not come in time. Whether the events were written cannot be known. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  readonly type = 'timeout';
}

/**
 * Appends over the one call of BatchAppend, each with a deadline. The client has the same, but its answers are awaited in
 * one map for all clients of the process: there, a connection that is lost fails the appends of others, and an answer
 * that comes after that throws where no one can catch it.
 */
export class Batch {
  readonly #calls = new WeakMap<object, Call>();
  /** The one to use while it is good. */
  #current: Call | undefined;
  readonly #waiting = new WeakMap<Call, Map<string, Waiting>>();

  /** @param broken - called when the call is lost, whether anyone waits for an answer or not */
  constructor(
    private readonly connection: Connection,
    private readonly broken: () => void,
  ) {}

  /**
   * @param expected - the concrete revision that the stream must be at, -1n for none
   * @throws {NoAnswer} after `timeoutMs`, connecting included
   */
  async append(
    stream: string,
    events: readonly SerialisedEvent[],
    expected: bigint,
    timeoutMs: number,
  ): Promise<Written> {
    const id = randomUUID();
    let call: Call | undefined;
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<Written>((resolve, reject) => {
        timer = setTimeout(() => reject(new NoAnswer(`No answer in ${timeoutMs} ms.`)), timeoutMs);
        const send = (opened: Call) => {
          call = opened;
          this.#waiting.get(call)?.set(id, { resolve, reject });
          call.write(request(id, stream, events, expected));
        };
        if (this.#current) send(this.#current);
        else this.#call().then(send, reject);
      });
    } finally {
      clearTimeout(timer);
      if (call) this.#waiting.get(call)?.delete(id);
    }
  }

  async #call(): Promise<Call> {
    const call = await this.connection.call(
      streamsService.StreamsClient,
      (stub, metadata, options): Call => stub.batchAppend(metadata, options),
      this.#calls as WeakMap<InstanceType<typeof streamsService.StreamsClient>, Call>,
    );
    if (!this.#waiting.has(call)) this.#listen(call);
    this.#current = call;
    return call;
  }

  #listen(call: Call): void {
    const waiting = new Map<string, Waiting>();
    this.#waiting.set(call, waiting);
    call.on('data', (answer: BatchAppendResp) => settle(waiting, answer));
    const fail = (error: unknown) => {
      for (const append of waiting.values()) append.reject(error);
      waiting.clear();
      if (this.#current === call) this.#current = undefined;
      this.broken();
    };
    call.on('error', fail);
    call.on('end', () => fail(Object.assign(new Error('The server ended the call.'), { code: 14 })));
  }
}

const settle = (waiting: Map<string, Waiting>, answer: BatchAppendResp): void => {
  const append = waiting.get(answer.getCorrelationId()?.getString() ?? '');
  const error = answer.getError();
  const success = answer.getSuccess();
  if (error) append?.reject(unpackFailure(error));
  else append?.resolve({ revision: BigInt(success?.getCurrentRevision() ?? '0'), place: placeOf(success) });
};

const placeOf = (success: BatchAppendResp.Success | undefined): Place | undefined => {
  const position = success?.getPosition();
  if (!position) return undefined;
  return knownPlace({
    commit: BigInt(position.getCommitPosition()),
    prepare: BigInt(position.getPreparePosition()),
  });
};

const request = (
  id: string,
  stream: string,
  events: readonly SerialisedEvent[],
  expected: bigint,
): BatchAppendReq => {
  const options = new streams.BatchAppendReq.Options().setStreamIdentifier(
    new shared.StreamIdentifier().setStreamName(Buffer.from(stream)),
  );
  if (expected < 0n) options.setNoStream(new shared.Empty());
  else options.setStreamPosition(expected.toString());
  return new streams.BatchAppendReq()
    .setCorrelationId(new shared.UUID().setString(id))
    .setOptions(options)
    .setProposedMessagesList(events.map(messageOf))
    .setIsFinal(true);
};

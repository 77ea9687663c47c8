import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** One call as it came. */
export interface Received {
  readonly id: string;
  readonly type: string;
  /** Of the conversation. */
  readonly identity: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly timestamp: string;
  readonly body: string;
  readonly seconds: number;
  readonly isSigned: boolean;
  readonly headers: IncomingMessage['headers'];
}

/** What the receiver does with a call: a status, or whatever it does with the response itself. */
export type Answering = (
  call: Received,
  response: ServerResponse,
) => number | undefined | Promise<number | undefined>;

export const secret = `whsec_${Buffer.from('a secret of thirty-two bytes, so.').toString('base64')}`;

/** A receiver of webhooks on this machine: checks each signature, answers as told, keeps what it accepted. */
export class ReceiverServer {
  readonly calls: Received[] = [];
  readonly accepted: Received[] = [];
  #server: Server | undefined;
  #port = 0;

  constructor(public answering: Answering = () => 204) {}

  /** Listens, again on the same port. @returns its address */
  async listen(): Promise<string> {
    const server = createServer((request, response) => void this.#take(request, response));
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve));
    this.#server = server;
    this.#port = (server.address() as AddressInfo).port;
    return `http://127.0.0.1:${this.#port}/hook`;
  }

  /** Nothing answers there any more. */
  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  /** Texts that were accepted from one conversation, repeats left out. */
  textsOf(identity: string): readonly unknown[] {
    const ids = new Set<string>();
    return this.accepted
      .filter((call) => call.identity === identity && ids.size !== ids.add(call.id).size)
      .map(({ data }) => data.text);
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const call = received(request.headers, body);
    this.calls.push(call);
    const status = await this.answering(call, response);
    if (status === undefined) return;
    if (status >= 200 && status < 300) this.accepted.push(call);
    response.writeHead(status).end();
  }
}

const received = (headers: IncomingMessage['headers'], body: Buffer): Received => {
  const id = String(headers['webhook-id']);
  const seconds = String(headers['webhook-timestamp']);
  const told = JSON.parse(body.toString()) as {
    readonly type: string;
    readonly timestamp: string;
    readonly data: Readonly<Record<string, unknown>>;
  };
  return {
    id,
    type: told.type,
    timestamp: told.timestamp,
    data: told.data,
    identity: String(told.data.identity),
    body: body.toString(),
    seconds: Number(seconds),
    isSigned: isSigned(`${id}.${seconds}.`, body, String(headers['webhook-signature'])),
    headers,
  };
};

const isSigned = (head: string, body: Buffer, signatures: string): boolean => {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const expected = Buffer.from(`v1,${createHmac('sha256', key).update(head).update(body).digest('base64')}`);
  return signatures.split(' ').some((signature) => {
    const given = Buffer.from(signature);
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
};

import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import type { ExecutionContext } from 'ava';
import { SendError } from '../../src/outbound/gateway.js';

const listening = async (t: ExecutionContext, server: Server): Promise<number> => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('no TCP port');
  t.teardown(() => server.close());
  return address.port;
};

export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A gateway on a port of its own, which answers as told and remembers what it was asked. */
export const startServer = async (
  t: ExecutionContext,
  answer: (response: ServerResponse, request: Seen) => void,
): Promise<{ url: string; port: number; seen: Seen[] }> => {
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    const { method = '', url = '', headers } = request;
    const all = { method, url, headers, body: await text(request) };
    seen.push(all);
    answer(response, all);
  });
  t.teardown(() => server.closeAllConnections());
  const port = await listening(t, server);
  return { url: `http://127.0.0.1:${port}`, port, seen };
};

/** A server that speaks no HTTP, for the accidents of a connection. */
export const startTcpServer = async (
  t: ExecutionContext,
  connected: (socket: Socket) => void,
): Promise<number> => {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    connected(socket);
  });
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
  });
  return await listening(t, server);
};

/** A port on which surely no one listens: it was ours a moment ago. */
export const closedPort = async (): Promise<number> => {
  const server = createTcpServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new TypeError('no TCP port');
  return address.port;
};

/** How an attempt failed. */
export const failureOf = async (attempt: Promise<unknown>): Promise<SendError> => {
  const error: unknown = await attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof SendError) return error;
  throw new TypeError('expected a SendError', { cause: error });
};

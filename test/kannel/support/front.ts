import { once } from 'node:events';
import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request that came by, and what it was answered with. */
export interface Passed {
  /** Path and query exactly as they came. */
  readonly url: string;
  readonly status: number;
}

/** Stands between Kannel and a router: sees everything, and can refuse. */
export interface Front {
  readonly port: number;
  readonly passed: readonly Passed[];
  /** Of the requests from now on, answer the first `count` with `status` without asking the router. */
  refuse(count: number, status: number): void;
  close(): Promise<void>;
}

/** @param target - port of the router on 127.0.0.1; without one every request is answered 200, with an empty body */
export const startFront = async (target?: number): Promise<Front> => {
  const passed: Passed[] = [];
  let refusals = 0;
  let refusal = 503;

  const statusFor = async (incoming: IncomingMessage): Promise<number> => {
    if (refusals > 0) {
      refusals -= 1;
      return refusal;
    }
    return target === undefined ? 200 : forward(incoming, target);
  };
  const server = createServer((incoming, response) => {
    statusFor(incoming).then(
      (status) => {
        passed.push({ url: incoming.url ?? '', status });
        response.writeHead(status).end();
      },
      // As if the router had been asked directly: the connection breaks.
      () => incoming.socket.destroy(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    passed,
    refuse(count, status) {
      refusals = count;
      refusal = status;
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
};

/** With node:http, because fetch would write the query anew and Kannel's bytes must arrive as they are. */
const forward = async ({ method, url }: IncomingMessage, port: number): Promise<number> => {
  const outgoing = request({ host: '127.0.0.1', port, method, path: url, agent: false }).end();
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  response.resume();
  await once(response, 'end');
  return response.statusCode ?? 502;
};

/** GETs a URL of Kannel's with its bytes as they are. @returns the status */
export const getAgain = (port: number, url: string): Promise<number> =>
  forward({ method: 'GET', url } as IncomingMessage, port);

import type { RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** In every answer, whatever it is: that a router gives it, and whether that one serves. */
export const routerHeader = 'Threadless-Router';

/** Who is connected: nobody is served before the start is complete, and a stop waits for the answers under way and for nothing else. */
export class Connections {
  readonly #open = new Set<Socket>();
  readonly #underWay = new Set<ServerResponse>();
  #phase: 'starting' | 'serving' | 'stopping' = 'starting';

  readonly opened = (socket: Socket): void => {
    this.#open.add(socket);
    socket.once('close', () => this.#open.delete(socket));
  };

  /** Hands each request on from `serve` to `close`; refuses those that come before or after. */
  watch(handle: RequestListener): RequestListener {
    return (request, response) => {
      this.#underWay.add(response);
      response.setHeader(routerHeader, this.#phase);
      response.once('close', () => {
        this.#underWay.delete(response);
        // Its answer may have begun before the stop, and said that the connection stays.
        if (this.#phase === 'stopping') request.socket.destroySoon();
      });
      if (this.#phase === 'serving') handle(request, response);
      else refuse(response, this.#phase);
    };
  }

  serve(): void {
    this.#phase = 'serving';
  }

  /** From now on each answer says that it is the connection's last. Idle connections are the server's to close. */
  close(): void {
    this.#phase = 'stopping';
    for (const response of this.#underWay) response.shouldKeepAlive = false;
    for (const socket of this.#open) {
      // The server takes a connection on which nothing came yet for one in use.
      if (socket.bytesRead === 0) socket.destroy();
    }
  }
}

/** As when the store cannot be written to: the gateway tries again, by then with the next run, or this one. */
const refuse = (response: ServerResponse, phase: 'starting' | 'stopping'): void => {
  response
    .writeHead(503, { Connection: 'close', 'Content-Type': 'text/plain; charset=utf-8', 'Retry-After': '5' })
    .end(`The router is ${phase}. Please try again later.\n`);
};

import type { RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Who is connected, so that a stop waits for the answers under way and for nothing else. */
export class Connections {
  readonly #open = new Set<Socket>();
  readonly #underWay = new Set<ServerResponse>();
  #closing = false;

  readonly opened = (socket: Socket): void => {
    this.#open.add(socket);
    socket.once('close', () => this.#open.delete(socket));
  };

  /** Hands each request on, until `close`; refuses those that come after it. */
  watch(handle: RequestListener): RequestListener {
    return (request, response) => {
      this.#underWay.add(response);
      response.once('close', () => {
        this.#underWay.delete(response);
        // Its answer may have begun before the stop, and said that the connection stays.
        if (this.#closing) request.socket.destroySoon();
      });
      if (this.#closing) refuse(response);
      else handle(request, response);
    };
  }

  /** From now on each answer says that it is the connection's last. Idle connections are the server's to close. */
  close(): void {
    this.#closing = true;
    for (const response of this.#underWay) response.shouldKeepAlive = false;
    for (const socket of this.#open) {
      // The server takes a connection on which nothing came yet for one in use.
      if (socket.bytesRead === 0) socket.destroy();
    }
  }
}

/** As when the store cannot be written to: the gateway tries again, by then with the next run. */
const refuse = (response: ServerResponse): void => {
  response
    .writeHead(503, { Connection: 'close', 'Content-Type': 'text/plain; charset=utf-8', 'Retry-After': '5' })
    .end('The router is stopping. Please try again later.\n');
};

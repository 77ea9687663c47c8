import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** The way to the server: a TCP relay that drops, freezes and delays on cue. Its port stays while the server restarts. */
export class Wire {
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;
  #frozen = false;
  #delayMs = 0;
  #refusing = false;

  /** @param target - port of the server behind it, asked for every connection */
  constructor(
    private readonly target: () => number,
    private readonly host = '127.0.0.1',
  ) {}

  get port(): number {
    return this.#port;
  }

  async listen(): Promise<void> {
    this.#server = createServer((socket) => this.#relay(socket));
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    this.drop();
    const server = this.#server;
    if (!server?.listening) return;
    server.close();
    await once(server, 'close');
  }

  /** Cuts every connection; new ones are taken. */
  drop(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Until `accept`: new connections are cut at once. */
  refuse(): void {
    this.#refusing = true;
    this.drop();
  }

  accept(): void {
    this.#refusing = false;
  }

  /** Connections stay and nothing passes, as when a process is stopped or a cable pulled. */
  freeze(): void {
    this.#frozen = true;
    for (const socket of this.#sockets) socket.pause();
  }

  thaw(): void {
    this.#frozen = false;
    for (const socket of this.#sockets) socket.resume();
  }

  /** What passes takes so many milliseconds longer. */
  delay(ms: number): void {
    this.#delayMs = ms;
  }

  #relay(client: Socket): void {
    if (this.#refusing) {
      client.destroy();
      return;
    }
    const server = connect(this.target(), this.host);
    this.#join(client, server);
    this.#join(server, client);
  }

  #join(from: Socket, to: Socket): void {
    this.#sockets.add(from);
    from.setNoDelay(true);
    from.on('data', (chunk) => {
      if (this.#delayMs === 0) this.#pass(from, to, chunk);
      else setTimeout(() => this.#pass(from, to, chunk), this.#delayMs);
    });
    from.on('error', () => from.destroy());
    from.on('close', () => {
      this.#sockets.delete(from);
      to.destroy();
    });
    if (this.#frozen) from.pause();
  }

  #pass(from: Socket, to: Socket, chunk: Buffer): void {
    if (to.destroyed || to.write(chunk)) return;
    from.pause();
    to.once('drain', () => {
      if (!this.#frozen) from.resume();
    });
  }
}

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A gateway that takes every text, and keeps for each phone what it got. */
export class Phones {
  readonly #server: Server;
  readonly #texts = new Map<string, string[]>();
  readonly #waiting = new Set<() => void>();
  /** Of all phones together. */
  count = 0;

  constructor() {
    this.#server = createServer((request, response) => {
      const { searchParams } = new URL(request.url ?? '', 'http://phones');
      this.#take(searchParams.get('identity') ?? '', searchParams.get('text') ?? '');
      response.end('taken');
    });
  }

  /** @returns the `outgoingUrl` of a backend */
  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}/?identity=%(identity)s&text=%(text)s`;
  }

  of(identity: string): readonly string[] {
    return this.#texts.get(identity) ?? [];
  }

  async until(done: () => boolean): Promise<void> {
    while (!done()) {
      await new Promise<void>((resolve) => {
        const wake = () => {
          this.#waiting.delete(wake);
          resolve();
        };
        this.#waiting.add(wake);
      });
    }
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #take(identity: string, text: string): void {
    this.#texts.set(identity, [...this.of(identity), text]);
    this.count += 1;
    for (const wake of this.#waiting) wake();
  }
}

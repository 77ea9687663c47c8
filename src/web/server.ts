import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Router from '@koa/router';
import Koa from 'koa';
import type { Log } from '../domain/log.js';
import { type ApiNeeds, mountApi } from './api/mount.js';
import { Connections } from './connections.js';
import { answerErrors } from './errors.js';
import { safeHeaders } from './headers.js';
import { type Health, mountHealth } from './health.js';
import { type InboundNeeds, mountBackends } from './inbound.js';
import { mountMetrics, type ScrapeNeeds } from './metrics.js';
import { mountSite, type SiteNeeds } from './pages/index.js';
import { type TrustedProxies, trustProxies } from './visitors/proxies.js';

export interface WebNeeds extends InboundNeeds {
  readonly health: Health;
  readonly scrapes: ScrapeNeeds;
  /** Absent: nothing is answered but the probes and `/metrics`. */
  readonly site?: SiteNeeds;
  /** Absent: the same. */
  readonly api?: ApiNeeds;
  /** Absent: none. */
  readonly trustProxy?: TrustedProxies;
  readonly log: Log;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
}

/** Bytes of a request's head, at most: gateways put the text into the URL, and a long one deserves our own answer. */
const maxHeaderSize = 512 * 1024;

/** The HTTP server: it has its address from `bind` on, and takes requests from `serve` to `stop`. */
export class Web {
  readonly #server: Server;
  readonly #connections = new Connections();
  readonly #stopping = new AbortController();
  #url: string | undefined;

  constructor(private readonly needs: WebNeeds) {
    const handle = this.#connections.watch(createApp(needs, this.#stopping.signal).callback());
    this.#server = createServer({ maxHeaderSize }, handle).on('connection', this.#connections.opened);
    // Longer than gateways keep a connection: else they meet a closed one now and then.
    this.#server.keepAliveTimeout = 75_000;
  }

  /** Where it listens, e.g. `http://127.0.0.1:8000`. */
  get url(): string {
    if (this.#url === undefined) throw new Error('The server does not listen yet.');
    return this.#url;
  }

  /** Who comes before `serve` is asked to come again. @throws when the address is taken or not this machine's */
  async bind(): Promise<void> {
    const { host, port } = this.needs;
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (error: NodeJS.ErrnoException) =>
        reject(Object.assign(new Error(unusable(host, port, error)), { code: error.code })),
      );
      this.#server.listen(port, host, resolve);
    });
    const bound = this.#server.address() as AddressInfo;
    const shown = bound.family === 'IPv6' ? `[${bound.address}]` : bound.address;
    this.#url = `http://${shown}:${bound.port}`;
  }

  serve(): void {
    this.#connections.serve();
  }

  /** Takes no more connections and no more requests; resolves when those under way are answered. */
  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    this.#stopping.abort();
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeIdleConnections();
    this.#connections.close();
    await closed;
  }

  /** Cuts what is still open: those gateways get no answer and try again. */
  cut(): void {
    this.#server.closeAllConnections();
  }
}

const unusable = (host: string, port: number, { code, message }: NodeJS.ErrnoException): string =>
  code === 'EADDRINUSE'
    ? `Another program listens on ${host}:${port}. Stop it, or choose another port: PORT, http.port, --health-port.`
    : `It is not possible to listen on ${host}:${port}: ${message}`;

/** @param stopping - ends the answers that have no end of their own */
export const createApp = (needs: Omit<WebNeeds, 'host' | 'port'>, stopping: AbortSignal): Koa => {
  const app = new Koa();
  app.silent = true;
  trustProxies(app, needs.trustProxy);
  app.use(answerErrors(needs.log));
  const inbound = new Router();
  mountBackends(inbound, needs);
  mountHealth(inbound, needs.health);
  mountMetrics(inbound, needs.scrapes);
  app.use(inbound.routes()).use(inbound.allowedMethods());
  const router = new Router();
  if (needs.site !== undefined) mountSite(router, needs.site, stopping);
  if (needs.api !== undefined) mountApi(router, needs.api, stopping);
  app.use(safeHeaders).use(router.routes()).use(router.allowedMethods());
  return app;
};

import type { IncomingMessage } from 'node:http';
import type Koa from 'koa';
import { Networks } from '../../access/networks.js';

/** Which proxies are believed: so many before this router, or those at these addresses. */
export type TrustedProxies = number | readonly string[];

/** What a proxy tells of whom it asks for. */
const told = ['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host'] as const;
const signs = [...told, 'forwarded', 'via', 'x-real-ip'];

const proxied = new WeakSet<IncomingMessage>();

/** Whether it came through a proxy, or says so. */
export const isProxied = (request: IncomingMessage): boolean =>
  proxied.has(request) || signs.some((name) => request.headers[name] !== undefined);

/**
 * Koa believes what stands first in these headers, where anyone can write. So nothing is left there but what a proxy of ours has
 * written: whom it was asked by, how, and under which name.
 */
export const trustProxies = (app: Koa, trusted: TrustedProxies | undefined): void => {
  if (trusted === undefined) return;
  app.proxy = true;
  const clientOf = clientBehind(trusted);
  app.use(async ({ req }, next) => {
    if (isProxied(req)) proxied.add(req);
    const client = clientOf(req.socket.remoteAddress ?? '', listIn(req, 'x-forwarded-for'));
    for (const name of told) {
      const last = listIn(req, name).at(-1);
      if (client === undefined || last === undefined) delete req.headers[name];
      else req.headers[name] = name === 'x-forwarded-for' ? client : last;
    }
    await next();
  });
};

/** Each proxy adds at the end from whom it got the request. Undefined: it came past them, and nothing that it says is believed. */
const clientBehind = (
  trusted: TrustedProxies,
): ((peer: string, chain: readonly string[]) => string | undefined) => {
  if (typeof trusted === 'number') return (peer, chain) => chain.slice(-trusted)[0] ?? peer;
  const networks = new Networks(trusted);
  return (peer, chain) => {
    if (!networks.has(peer)) return undefined;
    return chain.findLast((address) => !networks.has(address)) ?? chain[0] ?? peer;
  };
};

const listIn = ({ headers }: IncomingMessage, name: string): readonly string[] =>
  [headers[name] ?? []]
    .flat()
    .join(',')
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');

import type { RouterContext } from '@koa/router';
import { isProxied } from './proxies.js';

/**
 * Whether whoever asks is on the machine itself: not a proxy there, which asks for others; nor a page in a browser there, which reaches us by
 * a name of its own.
 */
export const isHere = (ctx: RouterContext): boolean =>
  isLoopback(ctx.req.socket.remoteAddress ?? '') &&
  isLoopback(ctx.hostname.replace(/^\[|\]$/g, '')) &&
  !isProxied(ctx.req);

const isLoopback = (address: string): boolean =>
  address === 'localhost' || /^(?:::ffff:)?127(?:\.\d{1,3}){3}$/.test(address) || address === '::1';

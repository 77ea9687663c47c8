import type { RouterContext } from '@koa/router';

/**
 * Whether whoever asks is on the machine itself: not a proxy there, which asks for others; nor a page in a browser there, which reaches us by
 * a name of its own.
 */
export const isHere = (ctx: RouterContext): boolean =>
  isLoopback(ctx.req.socket.remoteAddress ?? '') &&
  isLoopback(ctx.hostname.replace(/^\[|\]$/g, '')) &&
  ['forwarded', 'via', 'x-forwarded-for', 'x-real-ip'].every((name) => ctx.get(name) === '');

const isLoopback = (address: string): boolean =>
  address === 'localhost' || /^(?:::ffff:)?127(?:\.\d{1,3}){3}$/.test(address) || address === '::1';

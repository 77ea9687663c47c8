import { createHmac, randomBytes } from 'node:crypto';
import type { RouterContext } from '@koa/router';
import { isSameText } from '../../access/secrets.js';
import { readCookie, sessionKeyOf, writeCookie } from './cookies.js';

/** What tells that a form, or a request of a script, comes from a page of ours. */
export interface FormTokens {
  of(ctx: RouterContext): string;
  isSound(ctx: RouterContext, token: string): boolean;
}

const cookie = 'browser';

/**
 * Each login has a secret that no other site can send or read, and each form that secret, signed; so has each browser that is not
 * logged in.
 */
export const formTokens = (secret: string): FormTokens => {
  const tokenFor = (name: string): string =>
    createHmac('sha256', secret).update(`form of ${name}`).digest('base64url');
  return {
    of: (ctx) => tokenFor(known(ctx) ?? newName(ctx)),
    isSound: (ctx, token) => {
      const name = known(ctx);
      return name !== undefined && isOwn(ctx) && isSameText(token, tokenFor(name));
    },
  };
};

const known = (ctx: RouterContext): string | undefined =>
  sessionKeyOf(ctx)?.secret ?? readCookie(ctx, cookie);

const newName = (ctx: RouterContext): string => {
  const made = randomBytes(18).toString('base64url');
  writeCookie(ctx, cookie, made);
  return made;
};

/** Not from a page of another site, as far as the browser tells. */
export const isOwn = (ctx: RouterContext): boolean => {
  const [site, origin] = [ctx.get('sec-fetch-site'), ctx.get('origin')];
  // A proxy may have given the request another host: the browser knows better.
  if (site !== '') return site === 'same-origin' || site === 'none';
  return origin === '' || hostIn(origin) === ctx.host;
};

const hostIn = (origin: string): string | undefined =>
  URL.canParse(origin) ? new URL(origin).host : undefined;

/** A page asks, and no program. */
export const isOfBrowser = (ctx: RouterContext): boolean =>
  ['sec-fetch-site', 'origin', 'cookie', 'referer'].some((name) => ctx.get(name) !== '');

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { RouterContext } from '@koa/router';
import type { FormTokens } from './mount.js';

const cookie = 'browser';

/** Each browser has a name of its own that no other site can send or read, and each form that name, signed. */
export const formTokens = (secret: string): FormTokens => {
  const tokenFor = (name: string): string =>
    createHmac('sha256', secret).update(`form of ${name}`).digest('base64url');
  return {
    of: (ctx) => tokenFor(nameOf(ctx)),
    isSound: (ctx, token) => {
      const name = ctx.cookies.get(cookie);
      return name !== undefined && isSame(token, tokenFor(name));
    },
  };
};

const nameOf = (ctx: RouterContext): string => {
  const known = ctx.cookies.get(cookie);
  if (known !== undefined) return known;
  const made = randomBytes(18).toString('base64url');
  ctx.cookies.set(cookie, made, { httpOnly: true, sameSite: 'lax', overwrite: true });
  return made;
};

const isSame = (one: string, other: string): boolean => {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
};

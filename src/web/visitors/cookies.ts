import type { RouterContext } from '@koa/router';
import type { OpenedSession, SessionKey } from '../../access/logins.js';

/** With TLS no other site, no subdomain and no page without TLS can set it: the browser sees to that by the name. */
const named = (ctx: RouterContext, name: string): string => (ctx.secure ? `__Host-${name}` : name);

export const readCookie = (ctx: RouterContext, name: string): string | undefined =>
  ctx.cookies.get(named(ctx, name));

/**
 * For this router alone, out of reach of scripts, and not sent along with what other sites send.
 *
 * @param value - null: it is to be forgotten
 * @param expires - absent: when the browser ends
 */
export const writeCookie = (ctx: RouterContext, name: string, value: string | null, expires?: Date): void => {
  ctx.cookies.set(named(ctx, name), value, {
    httpOnly: true,
    sameSite: 'lax',
    path: '/',
    secure: ctx.secure,
    overwrite: true,
    ...(expires === undefined ? {} : { expires }),
  });
};

const session = 'session';

/** Undefined: none, or what is none. */
export const sessionKeyOf = (ctx: RouterContext): SessionKey | undefined => {
  const [, id, secret, encoded] =
    /^([\w-]{1,64}):([\w-]{20,100}):([\w.%-]{1,600})$/.exec(readCookie(ctx, session) ?? '') ?? [];
  if (id === undefined || secret === undefined || encoded === undefined) return undefined;
  try {
    return { name: decodeURIComponent(encoded), session: id, secret };
  } catch {
    return undefined;
  }
};

export const keepSession = (ctx: RouterContext, opened: OpenedSession): void => {
  const { name, session: id, secret, endsAt } = opened;
  writeCookie(ctx, session, `${id}:${secret}:${encodeURIComponent(name)}`, new Date(endsAt));
};

export const forgetSession = (ctx: RouterContext): void => writeCookie(ctx, session, null);

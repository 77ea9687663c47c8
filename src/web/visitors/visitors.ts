import type { IncomingMessage } from 'node:http';
import type { RouterContext } from '@koa/router';
import type { Logins } from '../../access/logins.js';
import { developmentVisitor, type Visitor } from '../../access/visitor.js';
import { Problem } from '../api/problem.js';
import { sessionKeyOf } from './cookies.js';
import { type FormTokens, isOfBrowser } from './formTokens.js';
import { isHere } from './here.js';

/** Who asks, of a request. */
export interface Visitors {
  /** Undefined: nobody that we know. */
  readonly visitorOf: (ctx: RouterContext) => Promise<Visitor | undefined>;
  /** The same for a program, or a script of a page of ours. @throws {Problem} 401 or 403 with what to do */
  readonly callerOf: (ctx: RouterContext) => Promise<Visitor>;
}

export interface VisitorsNeeds {
  /** Without logins: to whoever is on this machine. */
  readonly isOpen: boolean;
  readonly logins: Pick<Logins, 'visitorWithSession' | 'visitorWithToken'>;
  readonly formTokens: FormTokens;
  /** Resolves to false while it is not known who there is. */
  readonly isKnown: () => Promise<boolean>;
}

export const visitors = ({ isOpen, logins, formTokens, isKnown }: VisitorsNeeds): Visitors => {
  const find = async (ctx: RouterContext): Promise<Visitor | undefined> => {
    const token = bearerOf(ctx);
    if (token === undefined && isOpen) return isHere(ctx) ? developmentVisitor : undefined;
    const key = token === undefined ? sessionKeyOf(ctx) : undefined;
    if (token === undefined && key === undefined) return undefined;
    if (!(await isKnown()))
      throw new Problem(503, 'It is being read who there is. Please try again in a moment.');
    if (token !== undefined) return logins.visitorWithToken(token);
    return key === undefined ? undefined : logins.visitorWithSession(key);
  };
  const found = new WeakMap<IncomingMessage, Promise<Visitor | undefined>>();
  const visitorOf = (ctx: RouterContext): Promise<Visitor | undefined> => {
    const visitor = found.get(ctx.req) ?? find(ctx);
    found.set(ctx.req, visitor);
    return visitor;
  };
  return {
    visitorOf,
    callerOf: async (ctx) => {
      const visitor = await visitorOf(ctx);
      if (visitor === undefined) throw refusalOf(ctx, isOpen);
      if (bearerOf(ctx) === undefined && changes(ctx)) checkPage(ctx, formTokens, isOpen);
      return visitor;
    },
  };
};

const refusalOf = (ctx: RouterContext, isOpen: boolean): Problem => {
  ctx.set('WWW-Authenticate', 'Bearer');
  if (bearerOf(ctx) !== undefined)
    return new Problem(401, 'This token is not known here: it was revoked, has ended, or never was.');
  return isOpen
    ? new Problem(
        403,
        'In development mode this is answered on the machine of the router only: ask it there, at 127.0.0.1 or localhost, or with a token: Authorization: Bearer …',
      )
    : new Problem(401, 'Expected a token: Authorization: Bearer …');
};

const changes = ({ method }: RouterContext): boolean => !['GET', 'HEAD', 'OPTIONS'].includes(method);

/** A browser sends cookies, and is on this machine, whichever site's page it is that asks. */
const checkPage = (ctx: RouterContext, formTokens: FormTokens, isOpen: boolean): void => {
  if (isOpen && !isOfBrowser(ctx)) return;
  if (formTokens.isSound(ctx, ctx.get('x-form-token'))) return;
  throw new Problem(
    403,
    'A page that asks sends the token of its forms along, as X-Form-Token; a program has a token: Authorization: Bearer …',
  );
};

const bearerOf = (ctx: RouterContext): string | undefined => {
  const [, token] = /^Bearer +(\S+) *$/i.exec(ctx.get('authorization')) ?? [];
  return token;
};

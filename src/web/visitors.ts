import type { RouterContext } from '@koa/router';
import { developmentVisitor, type Visitor } from '../access/visitor.js';
import { Problem } from './api/problem.js';
import { isHere } from './here.js';

/** Who asks, of a request. */
export interface Visitors {
  /** Undefined: nobody that we know. */
  readonly visitorOf: (ctx: RouterContext) => Promise<Visitor | undefined>;
  /** @throws {Problem} 401 with what to do */
  readonly callerOf: (ctx: RouterContext) => Promise<Visitor>;
}

/** @param isOpen - without logins: to whoever is on this machine */
export const visitors = (isOpen: boolean): Visitors => {
  const visitorOf = async (ctx: RouterContext) => (isOpen && isHere(ctx) ? developmentVisitor : undefined);
  return {
    visitorOf,
    callerOf: async (ctx) => {
      const visitor = await visitorOf(ctx);
      if (visitor === undefined) throw new Problem(401, 'Expected a token: Authorization: Bearer …');
      return visitor;
    },
  };
};

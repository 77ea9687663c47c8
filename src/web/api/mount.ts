import { text as textOf } from 'node:stream/consumers';
import type Router from '@koa/router';
import type { RouterContext } from '@koa/router';
import type { ZodError, ZodType } from 'zod';
import { AccessError } from '../../access/accessError.js';
import { may } from '../../access/rights.js';
import type { Visitor } from '../../access/visitor.js';
import type { Log } from '../../domain/log.js';
import { StoreError } from '../../store/port.js';
import { openApiDocument } from './openApi.js';
import { textOfPart } from './paths.js';
import { Problem, problemDocument } from './problem.js';
import type { ApiAnswer, ApiRoute } from './route.js';

export interface ApiNeeds {
  readonly routes: readonly ApiRoute[];
  readonly version: string;
  /** @throws {Problem} 401 or 403 with what to do */
  readonly callerOf: (ctx: RouterContext) => Promise<Visitor>;
  readonly log: Log;
}

export const apiPrefix = '/api/v1';
/** Bytes of a request's body. */
const bodyLimit = 1_000_000;

/** `/api/v1`: each route checked against what it says of itself, and `/api/v1/openapi.json`, which says it to others. */
export const mountApi = (router: Router, needs: ApiNeeds, stopping: AbortSignal): void => {
  const document = openApiDocument(needs.routes, needs.version);
  router.get(`${apiPrefix}/openapi.json`, (ctx) => {
    ctx.body = document;
  });
  for (const route of needs.routes) {
    const path = apiPrefix + route.path.replaceAll(/\{(\w+)\}/g, ':$1');
    router[route.method](path, (ctx) =>
      inProblems(ctx, needs.log, () => answer(ctx, needs, route, stopping)),
    );
  }
  router.all(`${apiPrefix}/{*rest}`, (ctx) =>
    inProblems(ctx, needs.log, async () => {
      throw new Problem(404, `Nothing here at ${ctx.path}. What there is: ${apiPrefix}/openapi.json.`);
    }),
  );
};

const answer = async (
  ctx: RouterContext,
  needs: ApiNeeds,
  route: ApiRoute,
  stopping: AbortSignal,
): Promise<void> => {
  const visitor = await needs.callerOf(ctx);
  if (!may(visitor, route.right)) throw new Problem(403, `${visitor.name} may not do this.`);
  const call = {
    params: checked(route.params, partsOf(ctx.params as Record<string, string>), 'path'),
    query: checked(route.query, ctx.query, 'query'),
    body: route.body === undefined ? undefined : checked(route.body, await jsonOf(ctx), 'body'),
    visitor,
    gone: goneOf(ctx, stopping),
    header: (name: string) => ctx.get(name),
    accepts: (...types: string[]) => ctx.accepts(...types) || undefined,
  };
  send(ctx, await route.handle(call));
};

/** As they were before they were made a part of a path. */
const partsOf = (params: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(params).map(([name, part]) => [name, textOfPart(part)]));

const goneOf = (ctx: RouterContext, stopping: AbortSignal): AbortSignal => {
  const gone = new AbortController();
  ctx.res.once('close', () => gone.abort());
  return AbortSignal.any([gone.signal, stopping]);
};

const send = (ctx: RouterContext, { status, body, streamed, headers = {} }: ApiAnswer): void => {
  ctx.status = status;
  ctx.set('Cache-Control', 'no-store');
  ctx.set(headers);
  if (streamed !== undefined) {
    ctx.type = streamed.type;
    ctx.set(streamed.headers ?? {});
    ctx.body = streamed.content;
  } else if (body === undefined) {
    ctx.body = null;
    ctx.status = status === 200 ? 204 : status;
  } else {
    ctx.body = body;
  }
};

const checked = (schema: ZodType | undefined, value: unknown, where: string): unknown => {
  if (schema === undefined) return undefined;
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw invalid(result.error, where);
};

const invalid = (error: ZodError, where: string): Problem => {
  const errors = error.issues.map(({ path, message }) => ({
    at: [where, ...path].join('.'),
    expected: message,
  }));
  return new Problem(400, errors.map(({ at, expected }) => `${at}: ${expected}`).join('; '), errors);
};

const jsonOf = async (ctx: RouterContext): Promise<unknown> => {
  if (ctx.is('json', '+json') === false)
    throw new Problem(415, 'Expected a JSON document (application/json).');
  if ((ctx.length ?? 0) > bodyLimit) throw new Problem(413, `The body is larger than ${bodyLimit} bytes.`);
  let size = 0;
  ctx.req.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > bodyLimit) ctx.req.destroy();
  });
  const text = await textOf(ctx.req);
  try {
    return JSON.parse(text === '' ? '{}' : text);
  } catch (error) {
    throw new Problem(400, `The body is no JSON: ${(error as Error).message}`);
  }
};

/** The one place where an error of the API becomes an answer. */
const inProblems = async (ctx: RouterContext, log: Log, act: () => Promise<void>): Promise<void> => {
  try {
    await act();
  } catch (error) {
    const problem = problemOf(error);
    if (problem.status >= 500 && !(error instanceof StoreError))
      log.error({ err: error, path: ctx.path }, 'request failed');
    if (problem.status === 503) ctx.set('Retry-After', '5');
    ctx.status = problem.status;
    ctx.body = problemDocument(problem);
    ctx.type = 'application/problem+json; charset=utf-8';
  }
};

const problemOf = (error: unknown): Problem => {
  if (error instanceof Problem) return error;
  if (error instanceof AccessError) return new Problem(error.status, error.message);
  if (error instanceof StoreError)
    return new Problem(503, `The events cannot be read or written now: ${error.message}`);
  return new Problem(500, 'Something went wrong here. It has been logged.');
};

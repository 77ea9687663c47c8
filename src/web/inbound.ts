import type Router from '@koa/router';
import type { RouterContext } from '@koa/router';
import bodyParser from 'koa-bodyparser';
import type { Backend, Inbound, InboundRequest } from '../backends/backend.js';
import type { Handling, Intake } from '../routing/intake.js';
import type { Admission, Admitted } from './admission.js';

/** A backend as it is mounted. */
export interface MountedBackend {
  readonly backend: Backend;
  readonly handling: Handling;
  /** Whose requests are taken. Absent: everyone's. */
  readonly admission?: Admission;
}

export interface InboundNeeds {
  readonly backends: readonly MountedBackend[];
  /** The prefixes under which backends live, for the answer to an unknown name: `/backend`, `/http`. */
  readonly prefixes: readonly string[];
  /** Those under which there are pages too. */
  readonly pagesAt: readonly string[];
  readonly intake: Pick<Intake, 'receive' | 'report' | 'reject'>;
  /** Bytes of a request's body, at most. */
  readonly bodyLimit: number;
}

/** Puts each backend's routes at its address: what they read is stored, then answered. */
export const mountBackends = (router: Router, needs: InboundNeeds): void => {
  const read = bodyReader(needs.bodyLimit);
  for (const mounted of needs.backends) {
    for (const route of mounted.backend.routes) {
      const path = mounted.backend.path + route.path.replace(/^\//, '');
      const handle = async (ctx: RouterContext) => {
        // The router answers HEAD as GET, but a probe is no message.
        if (ctx.method === 'HEAD') return notAllowed(ctx, route.methods);
        const admitted = admittedBy(mounted, ctx, route.isSigned === true);
        if (admitted === undefined) return;
        const request = await read(ctx, admitted);
        const inbound = 'kind' in request ? request : route.read(request);
        await answer(ctx, inbound, mounted, route.success, needs.intake, admitted);
      };
      const paths = [path, path.replace(/\/$/, '')];
      router.register(paths, [...route.methods], handle);
      // What is looked at there is a page's.
      router.all(paths, (ctx, next) =>
        isLookedAt(ctx, needs.pagesAt) ? next() : notAllowed(ctx, route.methods),
      );
    }
  }
  const names = needs.backends.map(({ backend }) => backend.name).join(', ');
  for (const prefix of needs.prefixes) {
    router.all(`${prefix}/{*rest}`, (ctx, next) => {
      if (needs.pagesAt.includes(prefix)) return next();
      ctx.status = 404;
      ctx.body = `No backend at ${ctx.path}. The configured backends are: ${names || 'none'}.\n`;
    });
  }
};

const admittedBy = (
  { admission }: MountedBackend,
  ctx: RouterContext,
  isSigned: boolean,
): Admitted | undefined =>
  admission === undefined ? { url: ctx.url, query: ctx.querystring } : admission(ctx, isSigned);

const isLookedAt = ({ method, path }: RouterContext, pagesAt: readonly string[]): boolean =>
  (method === 'GET' || method === 'HEAD') && pagesAt.some((prefix) => path.startsWith(`${prefix}/`));

const notAllowed = (ctx: RouterContext, methods: readonly string[]): void => {
  ctx.status = 405;
  ctx.set('Allow', methods.join(', '));
  ctx.body = `Expected ${methods.join(' or ')} here, got ${ctx.method}.\n`;
};

const tooLarge = (limit: number): Inbound => ({
  kind: 'rejected',
  status: 413,
  reason: `The body is larger than ${limit} bytes (http.bodyLimit).`,
});

const answer = async (
  ctx: RouterContext,
  inbound: Inbound,
  { backend, handling }: MountedBackend,
  success: string,
  intake: InboundNeeds['intake'],
  admitted: Admitted,
): Promise<void> => {
  switch (inbound.kind) {
    case 'message':
      await intake.receive(backend.name, inbound, handling);
      break;
    case 'report':
      await intake.report(backend.name, inbound);
      break;
    case 'rejected':
      await intake.reject(backend.name, rawRequest(ctx, admitted), inbound.reason);
      ctx.status = inbound.status;
      ctx.body = `${inbound.reason}\n`;
      return;
  }
  ctx.status = 200;
  ctx.body = success;
};

/** The request as it came. Latin-1 keeps every byte as one character: only the backend knows the charset. */
const bodyReader = (limit: number) => {
  // `encoding` is handed on to the reader of the body; the published types leave it out.
  const options: bodyParser.Options & { encoding: string } = {
    enableTypes: ['text'],
    extendTypes: { text: ['*/*'] },
    encoding: 'latin1',
    textLimit: `${limit}b`,
  };
  const parse = bodyParser(options);
  return async (ctx: RouterContext, { query }: Admitted): Promise<InboundRequest | Inbound> => {
    if (ctx.method !== 'POST') return { method: 'GET', query, body: emptyBody };
    try {
      await parse(ctx, async () => {});
    } catch (error) {
      if ((error as { status?: unknown }).status === 413) return tooLarge(limit);
      return {
        kind: 'rejected',
        status: 400,
        reason: `The body cannot be read: ${(error as Error).message}.`,
      };
    }
    const contentType = ctx.get('content-type');
    return {
      method: 'POST',
      query,
      ...(contentType === '' ? {} : { contentType }),
      body: rawBody(ctx),
    };
  };
};

const rawBody = (ctx: RouterContext): Buffer => {
  const { rawBody } = ctx.request as { rawBody?: string };
  return rawBody === undefined ? emptyBody : Buffer.from(rawBody, 'latin1');
};

const emptyBody = Buffer.alloc(0);
const keptBytes = 64 * 1024;

const rawRequest = (ctx: RouterContext, { url }: Admitted) => {
  const contentType = ctx.get('content-type');
  const body = rawBody(ctx);
  return {
    method: ctx.method,
    url: url.slice(0, keptBytes),
    ...(contentType === '' ? {} : { contentType }),
    ...(body.length === 0 ? {} : { body: body.subarray(0, keptBytes).toString('base64') }),
  };
};

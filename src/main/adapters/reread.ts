import type { Backend, InboundRequest } from '../../backends/backend.js';
import type { RejectedRequest } from '../../routing/intake.js';
import type { Reread } from '../../routing/refusedRequests.js';

/** So many bytes of a body are kept: one that long may have been longer. */
const keptBytes = 64 * 1024;

/** Reads a refused request as its backend, as it is configured now, would read it from its gateway. */
export const rereader =
  (backends: readonly Backend[]) =>
  (name: string, request: RejectedRequest): Reread => {
    const backend = backends.find((one) => one.name === name);
    if (backend === undefined) return rejected(`no backend ${name} is configured`);
    const [path = '', ...queries] = request.url.split('?');
    const query = queries.join('?');
    const body = Buffer.from(request.body ?? '', 'base64');
    if (body.length >= keptBytes || request.url.length >= keptBytes)
      return rejected('it is too long to have been kept whole');
    const method = request.method === 'POST' ? 'POST' : 'GET';
    const route = backend.routes.find(
      (one) => one.methods.includes(method) && isSamePath(path, backend.path + one.path.replace(/^\//, '')),
    );
    if (route === undefined) return rejected(`${name} has no address ${path} for ${request.method}`);
    const { contentType } = request;
    return route.read({
      method,
      query,
      ...(contentType === undefined ? {} : { contentType }),
      body,
    } satisfies InboundRequest);
  };

const rejected = (reason: string): Reread => ({ kind: 'rejected', reason });

const isSamePath = (one: string, other: string): boolean =>
  one.replace(/\/$/, '') === other.replace(/\/$/, '');

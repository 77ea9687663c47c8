// Routers beside which the doctor looks.
import type { ExecutionContext } from 'ava';
import { type Router, startRouter } from '../../../src/main/index.js';
import { freePorts } from '../../kannel/support/ports.js';
import { newFolder } from './support.js';

export const outgoing = (port: number) => ({
  phones: {
    engine: 'http',
    outgoingUrl: `http://127.0.0.1:${port}/?to=%(identity)s&text=%(text)s`,
    probe: { firstMs: 50, maxMs: 100 },
  },
});

interface Wanted {
  readonly backends?: object;
  readonly apps?: readonly string[];
  readonly more?: object;
}

/** The sources of a configuration for routers and for the doctor. */
export const sources = async (
  t: ExecutionContext,
  { backends = {}, apps = ['echo'], more = {} }: Wanted = {},
) => {
  const [port] = await freePorts(1);
  return {
    env: { THREADLESS_DATA: newFolder(t) },
    overrides: {
      http: { port },
      apps,
      log: { level: 'silent' },
      backends: { 'my-kannel-backend': null, 'simple-http': null, ...backends },
      ...more,
    },
  };
};

export const start = async (
  t: ExecutionContext,
  options: Parameters<typeof startRouter>[0],
): Promise<Router> => {
  const router = await startRouter(options);
  t.teardown(() => router.stop());
  return router;
};

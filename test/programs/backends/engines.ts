// What `backends` promises on every engine that lasts.
import { join } from 'node:path';
import type { ExecutionContext, Implementation } from 'ava';
import { v7 } from 'uuid';
import type { ConfigSources } from '../../../src/main/config/load.js';
import { type Router, startRouter } from '../../../src/main/index.js';
import type { BackendStatus } from '../../../src/outbound/backendStatus.js';
import type { Backends } from '../../../src/outbound/backends.js';
import { openBackends } from '../../../src/programs/backends.js';
import { startServer } from '../../backends/server.js';
import { eventually } from '../../kannel/support/wait.js';
import { newFolder } from '../doctor/support.js';

export interface Service {
  readonly sources: ConfigSources;
  readonly backend: string;
  /** What the gateway took, in order. */
  readonly taken: string[];
  start(): Promise<Router>;
  /** As the command does. */
  readonly ask: <T>(how: 'read' | 'write', question: (backends: Backends) => Promise<T>) => Promise<T>;
  status(): Promise<BackendStatus>;
}

/** A router to be started, and a gateway that takes everything. @param url - of an EventStoreDB; absent: sqlite */
export const newService = async (t: ExecutionContext, url?: string): Promise<Service> => {
  const folder = newFolder(t);
  const taken: string[] = [];
  const gateway = await startServer(t, (response, request) => {
    taken.push(new URL(request.url, 'http://localhost').searchParams.get('text') ?? '');
    response.end('OK');
  });
  const backend = `phones-${v7().slice(-6)}`;
  const sources: ConfigSources = {
    env: { THREADLESS_DATA: join(folder, 'data'), ...(url === undefined ? {} : { EVENTSTORE_URL: url }) },
    overrides: {
      ...(url === undefined ? {} : { eventStore: { engine: 'eventstoredb' } }),
      node: `backends-${backend}`,
      http: { port: 0 },
      log: { level: 'silent' },
      workers: { beatMs: 200, takeoverMs: 1_500 },
      projections: { run: false },
      apps: ['echo'],
      backends: {
        'my-kannel-backend': null,
        'simple-http': null,
        httptester: null,
        [backend]: {
          engine: 'http',
          outgoingUrl: `${gateway.url}/?to=%(identity)s&text=%(text)s&apikey=geheim`,
        },
      },
    },
  };
  const ask = async <T>(how: 'read' | 'write', question: (backends: Backends) => Promise<T>): Promise<T> => {
    const opened = await openBackends(how, sources);
    try {
      return await question(opened.backends);
    } finally {
      await opened.close();
    }
  };
  return {
    sources,
    backend,
    taken,
    start: async () => {
      const router = await startRouter(sources);
      t.teardown(() => router.stop());
      return router;
    },
    ask,
    status: () => ask('read', (backends) => backends.one(backend)),
  };
};

type Declare = (title: string, run: Implementation<[]>) => void;

/** @param urlOf - where its server is; undefined for an engine without one */
export const backendsOn = (
  declare: Declare,
  urlOf: (t: ExecutionContext) => Promise<string | undefined>,
): void => {
  declare(
    'a backend is paused and resumed beside the router, across its restart, and nothing is lost',
    async (t) => {
      const service = await newService(t, await urlOf(t));
      const { backend, taken, ask } = service;
      const texts = ['echo 1', 'echo 2', 'echo 3', 'echo 4'] as const;
      const first = await service.start();
      await first.incoming(backend, '1', texts[0]);
      await eventually('the first text', 20_000, () => taken.length === 1);
      await ask('write', (backends) => backends.pause(backend, 'ann', 'repair'));
      await eventually('the lane to pause', 20_000, async () => (await laneIn(first, backend))?.by === 'ann');
      await first.incoming(backend, '1', texts[1]);
      await eventually(
        'its text to be in hand',
        20_000,
        async () => (await laneIn(first, backend))?.waiting === 1,
      );
      t.like(await laneIn(first, backend), { state: 'paused', reason: 'repair' });
      t.true((await readinessOf(first)).ready, 'a pause makes nobody unready');
      await first.stop();

      t.like(await service.status(), {
        state: 'paused',
        by: 'ann',
        reason: 'repair',
        work: { waiting: 1, isMore: false, inFlight: 0 },
      });
      const second = await service.start();
      await second.incoming(backend, '1', texts[2]);
      await eventually(
        'both to be in hand',
        20_000,
        async () => (await laneIn(second, backend))?.waiting === 2,
      );
      t.deepEqual(taken, ['1']);
      await ask('write', (backends) => backends.resume(backend, 'ben'));
      await eventually('what waited', 20_000, () => taken.length === 3);
      await second.incoming(backend, '1', texts[3]);
      await eventually('all', 20_000, () => taken.length === 4);
      t.deepEqual(taken, ['1', '2', '3', '4']);
    },
  );

  declare('how a lane is that another process has is told by its heartbeat, without a secret', async (t) => {
    const service = await newService(t, await urlOf(t));
    const { backend, taken } = service;
    const router = await service.start();
    await router.incoming(backend, '1', 'echo x');
    await eventually('the text', 20_000, () => taken.length === 1);
    const status = await eventually('the heartbeat after it', 20_000, async () => {
      const now = await service.status();
      const isCounted = now.taken?.minutes.slice(-2).includes(1) === true;
      return isCounted && now.work?.waiting === 0 ? now : undefined;
    });
    t.like(status, { name: backend, engine: 'http', state: 'running', node: `backends-${backend}` });
    t.like(status.work, { waiting: 0, isMore: false, inFlight: 0 });
    t.truthy(status.lastTaken);
    t.false(JSON.stringify(status).includes('geheim'));
    await router.stop();
    const stopped = await service.status();
    t.like(stopped, { state: 'stopped', reason: 'no process delivers for it' });
    t.truthy(stopped.lastTaken);
  });
};

interface Readiness {
  readonly ready: boolean;
  readonly lanes: readonly {
    readonly backend: string;
    readonly state: string;
    readonly by?: string;
    readonly reason?: string;
    readonly waiting: number;
  }[];
}

const readinessOf = async ({ url }: Router): Promise<Readiness> =>
  (await (await fetch(`${url}/readyz`)).json()) as Readiness;

const laneIn = async (router: Router, backend: string) =>
  (await readinessOf(router)).lanes.find((lane) => lane.backend === backend);

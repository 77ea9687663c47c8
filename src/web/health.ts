import type Router from '@koa/router';

export interface Readiness {
  readonly ready: boolean;
  readonly [part: string]: unknown;
}

/** What the probes ask. */
export interface Health {
  readiness(): Promise<Readiness>;
}

/** `/healthz`: the process answers. `/readyz`: it can do its work, and what hinders it. */
export const mountHealth = (router: Router, health: Health): void => {
  router.get('/healthz', (ctx) => {
    ctx.body = 'ok\n';
  });
  router.get('/readyz', async (ctx) => {
    const readiness = await health.readiness();
    ctx.status = readiness.ready ? 200 : 503;
    ctx.body = readiness;
  });
};

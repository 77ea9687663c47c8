/** A folder of `src/` whose files see each other, and of rooms and packages those that stand here, apart by blanks. */
export interface Room {
  readonly sees: string;
  /** That no other room sees, unless it names them too. */
  readonly packages?: string;
}

/** Who may see whom. `store` is the port and what the engines share; an engine is a room of its own within it. */
export const rooms: Readonly<Record<string, Room>> = {
  domain: { sees: '' },
  apps: { sees: 'domain' },
  store: { sees: 'domain' },
  'store/memory': { sees: 'store' },
  'store/sqlite': {
    sees: 'store domain',
    packages: '@photostructure/sqlite lru-cache node:sqlite',
  },
  'store/eventstoredb': {
    sees: 'store domain',
    packages: '@eventstore/db-client @grpc/grpc-js lru-cache uuid',
  },
  routing: { sees: 'apps store domain', packages: 'lru-cache rxjs' },
  replay: { sees: 'testing routing apps store store/sqlite domain', packages: 'lru-cache' },
  outbound: { sees: 'store domain', packages: 'rxjs' },
  backends: { sees: 'outbound domain', packages: 'got iconv-lite zod' },
  workers: { sees: 'store domain' },
  webhooks: { sees: 'store domain', packages: 'got' },
  projections: { sees: 'store store/sqlite domain', packages: 'acorn' },
  audit: { sees: 'access projections store domain' },
  metrics: { sees: 'domain', packages: 'prom-client' },
  transfer: { sees: 'store domain' },
  deadletters: { sees: 'audit outbound routing domain' },
  access: { sees: 'store domain' },
  terminal: { sees: '', packages: 'string-width' },
  explain: { sees: 'apps store domain' },
  testing: { sees: 'routing apps domain' },
  web: {
    sees: 'web/visitors web/api web/pages access backends routing store domain',
    packages: '@koa/router helmet koa koa-bodyparser',
  },
  'web/visitors': { sees: 'web/api access', packages: '@koa/router koa' },
  'web/api': {
    sees: 'access audit deadletters explain outbound replay store workers domain webhooks',
    packages: '@koa/router zod',
  },
  'web/pages': {
    sees: 'web/visitors web/api access apps audit deadletters explain outbound replay store workers domain webhooks',
    packages: '@fastify/busboy @koa/router idiomorph preact preact-render-to-string',
  },
  main: {
    sees: 'web web/visitors web/api web/pages replay access audit deadletters metrics explain backends routing outbound workers projections apps terminal store store/memory store/sqlite store/eventstoredb domain webhooks',
    packages: 'inversify pino pino-pretty uuid yaml zod',
  },
  programs: {
    sees: 'main transfer access audit explain replay terminal backends outbound webhooks workers projections store store/sqlite store/eventstoredb domain',
    packages: 'uuid',
  },
  cli: {
    sees: 'programs main access audit explain replay terminal outbound webhooks domain',
    packages: 'commander yaml',
  },
};

import { Container } from 'inversify';
import type { Log } from '../domain/log.js';
import { type ConfigSources, loadConfig } from './config/load.js';
import { foldersOf } from './config/projectionFolders.js';
import { claimNode } from './dataFolder.js';
import { keys, type Roles } from './keys.js';
import { Lifecycle } from './lifecycle.js';
import { access } from './modules/access.js';
import { pagesOfApps } from './modules/appPages.js';
import { pagesOfBackends } from './modules/backendPages.js';
import { backends } from './modules/backends.js';
import { basics } from './modules/basics.js';
import { conversations } from './modules/conversations.js';
import { deadLetters } from './modules/deadLetters.js';
import { explain } from './modules/explain.js';
import { lists } from './modules/lists.js';
import { messages } from './modules/messages.js';
import { metrics } from './modules/metrics.js';
import { outbound } from './modules/outbound.js';
import { overview } from './modules/overview.js';
import { projections } from './modules/projections.js';
import { replay } from './modules/replay.js';
import { routing } from './modules/routing.js';
import { site } from './modules/site.js';
import { store } from './modules/store.js';
import { tester } from './modules/tester.js';
import { web } from './modules/web.js';
import { webhooks } from './modules/webhooks.js';
import { workers } from './modules/workers.js';
import { type Router, routerOf } from './router.js';

export interface StartOptions extends ConfigSources {
  /** False: no HTTP server; messages come through {@link Router.incoming}. Default true. */
  readonly listen?: boolean;
  /** Without `listen`: a port on which the probes are answered, and nothing else. */
  readonly healthPort?: number;
  /** Where log lines go, of every level. Default: standard output, as the configuration says. pino's loggers fit. */
  readonly log?: Log;
  /** The file of the command line: it runs replays beside this router, from the same configuration. */
  readonly commandLine?: string;
  /** False: another process routes what is received. Default true. */
  readonly routing?: boolean;
  /** False: another process delivers what is sent, and tells webhooks. Default true. */
  readonly outbound?: boolean;
}

/**
 * Starts a router: store, its part of the routing and the outbound lanes, then the HTTP server.
 *
 * @throws {ConfigError} when the configuration cannot work
 * @throws {NodeInUse} when another process of this name works on the store
 */
export const startRouter = async (options: StartOptions = {}): Promise<Router> => {
  const roles = { listen: true, routing: true, outbound: true, ...options };
  const config = loadConfig(options);
  // Now, and not when this process has its part of the work.
  if (config.projections.run) foldersOf(config);
  const container = new Container();
  container.bind(keys.config).toConstantValue(config);
  container.bind(keys.roles).toConstantValue(roles);
  container.bind(keys.options).toConstantValue(options);
  container.load(
    basics(options.log),
    store,
    routing,
    backends,
    outbound,
    metrics,
    webhooks,
    workers,
    projections,
    explain,
    overview,
    conversations,
    access,
    tester,
    replay,
    pagesOfBackends,
    pagesOfApps,
    messages,
    deadLetters,
    lists,
    site,
    web,
  );
  const lifecycle = new Lifecycle(config.shutdownMs, container.get(keys.clock), container.get(keys.log));
  lifecycle.started('name', await claimNode(config));
  try {
    const opened = await container.getAsync(keys.store);
    lifecycle.started('store', () => opened.close());
    await startParts(container, lifecycle, roles);
  } catch (error) {
    await lifecycle.stop();
    throw error;
  }
  return routerOf(container, lifecycle);
};

/** In this order: who takes messages comes last, and goes first. */
const startParts = async (container: Container, lifecycle: Lifecycle, roles: Roles): Promise<void> => {
  const node = await container.getAsync(keys.node);
  const gateways = container.get(keys.backends);
  lifecycle.started('gateways', () => {
    for (const { gateway } of gateways) gateway.close();
  });
  const routes = await container.getAsync(keys.routing);
  const member = await container.getAsync(keys.member);
  const listens = roles.listen || roles.healthPort !== undefined;
  const server = listens ? await container.getAsync(keys.web) : undefined;
  // An address that is taken stops the start before others hear of it.
  await server?.bind();
  lifecycle.started('address', () => server?.stop());
  if (roles.listen) await startAccess(container, lifecycle);
  await member.claimName();
  await node.started();
  lifecycle.started('node', (inOrder) => (inOrder ? node.stopped() : undefined));
  // Stopped when nothing is assigned to it any more: who still waits for a message is told so.
  lifecycle.started('routing', () => routes.stop());
  await member.join();
  lifecycle.started('work', (_inOrder, leftMs) => member.leave(leftMs));
  if (container.get(keys.config).projections.run) await startProjections(container, lifecycle);
  if (server === undefined) return;
  lifecycle.started('replays', () => container.get(keys.replayRuns).current?.close());
  lifecycle.started('audit', async () => (await container.getAsync(keys.auditIndex)).close());
  lifecycle.started('bulk', async () => (await container.getAsync(keys.deadLetterDesk)).jobs.close());
  server.serve();
  lifecycle.started(
    'web',
    () => server.stop(),
    () => server.cut(),
  );
};

/** It is not waited for who there is: gateways need not know. */
const startAccess = async (container: Container, lifecycle: Lifecycle): Promise<void> => {
  const known = await container.getAsync(keys.access);
  known.start();
  lifecycle.started('access', () => known.stop());
};

const startProjections = async (container: Container, lifecycle: Lifecycle): Promise<void> => {
  const projected = await container.getAsync(keys.projections);
  projected.start();
  lifecycle.started('projections', (_inOrder, leftMs) => projected.stop(leftMs));
};

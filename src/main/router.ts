import { Container } from 'inversify';
import { checkConnection, checkConnections, checkText } from '../apps/message.js';
import type { Connection } from '../domain/connection.js';
import type { Log } from '../domain/log.js';
import { answersTo, type Incoming } from '../routing/answers.js';
import type { SendResult } from '../routing/send.js';
import type { EventStore } from '../store/port.js';
import { type ConfigSources, loadConfig } from './config/load.js';
import { foldersOf } from './config/projectionFolders.js';
import { claimNode, placeOfEvents } from './dataFolder.js';
import { keys, type Roles } from './keys.js';
import { Lifecycle } from './lifecycle.js';
import { backends } from './modules/backends.js';
import { basics } from './modules/basics.js';
import { outbound } from './modules/outbound.js';
import { projections } from './modules/projections.js';
import { routing } from './modules/routing.js';
import { store } from './modules/store.js';
import { web } from './modules/web.js';
import { workers } from './modules/workers.js';
import { version } from './version.js';

export interface StartOptions extends ConfigSources {
  /** False: no HTTP server; messages come through {@link Router.incoming}. Default true. */
  readonly listen?: boolean;
  /** Without `listen`: a port on which the probes are answered, and nothing else. */
  readonly healthPort?: number;
  /** Where log lines go, of every level. Default: standard output, as the configuration says. pino's loggers fit. */
  readonly log?: Log;
  /** False: another process routes what is received. Default true. */
  readonly routing?: boolean;
  /** False: another process delivers what is sent. Default true. */
  readonly outbound?: boolean;
}

/** A backend's name that the configuration does not have. */
export class UnknownBackend extends Error {
  override readonly name = 'UnknownBackend';
  readonly code = 'unknown-backend';

  constructor(backend: string, existing: readonly string[]) {
    super(`There is no backend ${backend}. The configured backends are: ${existing.join(', ') || 'none'}.`);
  }
}

/** A running router. */
export interface Router {
  /** Where it listens; undefined when it does not. */
  readonly url: string | undefined;
  /** Everything that happened, to be read. Writing to it is the router's business. */
  readonly store: EventStore;
  /** What runs, for a greeting. */
  readonly summary: {
    readonly version: string;
    readonly node: string;
    readonly data: string;
    readonly apps: readonly string[];
    readonly paths: readonly string[];
  };
  /**
   * Takes a message as a backend would, and waits until it is routed, by whichever process.
   *
   * @returns what became of it, its answers included: they are on their way to the gateway
   * @throws {UnknownBackend}
   * @throws {TypeError} for an empty identity, or a text that is no string
   * @throws {StoreError} `unavailable` when it could not be stored
   */
  incoming(backend: string, identity: string, text: string): Promise<Incoming>;
  /**
   * Sends a text to each connection, through the apps' outgoing phase.
   *
   * @returns for each whether it was sent, or which app stopped it
   * @throws {UnknownBackend} before anything is sent
   */
  send(text: string, connections: readonly Connection[]): Promise<readonly SendResult[]>;
  /** Takes nothing more, finishes what is under way, frees the store. @returns false when the time was too short for that */
  stop(): Promise<boolean>;
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
  container.load(basics(options.log), store, routing, backends, outbound, workers, projections, web);
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
  return facade(container, lifecycle, roles);
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
  await member.claimName();
  await node.started();
  lifecycle.started('node', (inOrder) => (inOrder ? node.stopped() : undefined));
  // Stopped when nothing is assigned to it any more: who still waits for a message is told so.
  lifecycle.started('routing', () => routes.stop());
  await member.join();
  lifecycle.started('work', (_inOrder, leftMs) => member.leave(leftMs));
  if (container.get(keys.config).projections.run) await startProjections(container, lifecycle);
  if (server === undefined) return;
  server.serve();
  lifecycle.started(
    'web',
    () => server.stop(),
    () => server.cut(),
  );
};

const startProjections = async (container: Container, lifecycle: Lifecycle): Promise<void> => {
  const projected = await container.getAsync(keys.projections);
  projected.start();
  lifecycle.started('projections', (_inOrder, leftMs) => projected.stop(leftMs));
};

const facade = async (
  container: Container,
  lifecycle: Lifecycle,
  { listen, healthPort }: Roles,
): Promise<Router> => {
  const config = container.get(keys.config);
  const { node, backends } = config;
  const names = backends.map(({ name }) => name);
  const known = (backend: string) => {
    if (!names.includes(backend)) throw new UnknownBackend(backend, names);
  };
  const [opened, intake, routes, apps] = await Promise.all([
    container.getAsync(keys.store),
    container.getAsync(keys.intake),
    container.getAsync(keys.routing),
    container.getAsync(keys.apps),
  ]);
  return {
    store: opened,
    url: listen || healthPort !== undefined ? (await container.getAsync(keys.web)).url : undefined,
    summary: {
      version,
      node,
      data: placeOfEvents(config),
      apps: apps.map(({ app }) => app.name),
      paths: container.get(keys.backends).map(({ path }) => path),
    },
    incoming: async (backend, identity, text) => {
      known(backend);
      checkConnection({ backend, identity });
      checkText(text);
      const messageId = await intake.receive(backend, { identity, text }, 'inline');
      return answersTo(opened, { backend, identity }, messageId);
    },
    send: async (text, connections) => {
      checkText(text);
      checkConnections(connections);
      for (const { backend } of connections) known(backend);
      return routes.send(text, connections);
    },
    stop: () => lifecycle.stop(),
  };
};

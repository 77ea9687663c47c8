import { Container } from 'inversify';
import { checkConnection, checkText } from '../apps/message.js';
import type { Connection } from '../domain/connection.js';
import type { SendResult } from '../routing/routing.js';
import type { EventStore } from '../store/port.js';
import { answersTo, type Incoming } from './answers.js';
import { type ConfigSources, loadConfig } from './config/load.js';
import { claimFolder, placeOfEvents } from './dataFolder.js';
import { keys, type Roles } from './keys.js';
import { Lifecycle } from './lifecycle.js';
import { backends } from './modules/backends.js';
import { basics } from './modules/basics.js';
import { outbound } from './modules/outbound.js';
import { routing } from './modules/routing.js';
import { store } from './modules/store.js';
import { web } from './modules/web.js';
import { version } from './node.js';

export interface StartOptions extends ConfigSources {
  /** False: no HTTP server; messages come through {@link Router.incoming}. Default true. */
  readonly listen?: boolean;
  /** False: what is received waits in the store for a process that routes. Default true. */
  readonly routing?: boolean;
  /** False: what is sent waits in the store for a process that delivers. Default true. */
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
    readonly data: string;
    readonly apps: readonly string[];
    readonly paths: readonly string[];
  };
  /**
   * Takes a message as a backend would, and routes it within this process.
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
 * Starts a router: store, routing, outbound lanes, then the HTTP server.
 *
 * @throws {ConfigError} when the configuration cannot work
 * @throws {FolderInUse} when another router runs on the data folder
 */
export const startRouter = async (options: StartOptions = {}): Promise<Router> => {
  const roles = { listen: true, routing: true, outbound: true, ...options };
  const config = loadConfig(options);
  const container = new Container();
  container.bind(keys.config).toConstantValue(config);
  container.bind(keys.roles).toConstantValue(roles);
  container.load(basics, store, routing, backends, outbound, web);
  const lifecycle = new Lifecycle(config.shutdownMs, container.get(keys.clock), container.get(keys.log));
  lifecycle.started('folder', await claimFolder(config));
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
  // Asks how the run before ended, so it comes before this one is announced.
  const outboundLanes = await container.getAsync(keys.outbound);
  await node.started();
  lifecycle.started('node', (inOrder) => (inOrder ? node.stopped() : undefined));
  if (roles.outbound) {
    outboundLanes.start();
    lifecycle.started('outbound', (_inOrder, leftMs) => outboundLanes.stop(leftMs));
  }
  const routes = await container.getAsync(keys.routing);
  if (roles.routing) {
    routes.start();
    lifecycle.started('routing', () => routes.stop());
  }
  if (!roles.listen) return;
  const server = await container.getAsync(keys.web);
  await server.start();
  lifecycle.started(
    'web',
    () => server.stop(),
    () => server.cut(),
  );
};

const facade = async (container: Container, lifecycle: Lifecycle, { listen }: Roles): Promise<Router> => {
  const config = container.get(keys.config);
  const { backends } = config;
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
    url: listen ? (await container.getAsync(keys.web)).url : undefined,
    summary: {
      version,
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
      for (const connection of connections) {
        checkConnection(connection);
        known(connection.backend);
      }
      return routes.send(text, connections);
    },
    stop: () => lifecycle.stop(),
  };
};

import type { Container } from 'inversify';
import { checkConnection, checkConnections, checkText } from '../apps/message.js';
import type { Connection } from '../domain/connection.js';
import { answersTo, type Incoming } from '../routing/answers.js';
import type { SendResult } from '../routing/send.js';
import type { EventStore } from '../store/port.js';
import { isOpenIn, publicUrlOf } from './addresses.js';
import { placeOfEvents } from './dataFolder.js';
import { type FirstLink, firstLinkOf } from './firstLink.js';
import { keys } from './keys.js';
import type { Lifecycle } from './lifecycle.js';
import { UnknownBackend } from './unknownBackend.js';
import { version } from './version.js';

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
    /** No login is asked: it listens on this machine only. */
    readonly isOpen: boolean;
  };
  /** With which the first admin chooses a password: made anew with each call, as long as nobody can log in. Undefined: it is not needed. */
  firstLink(): Promise<FirstLink | undefined>;
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

/** What a program has of the parts that were started. */
export const routerOf = async (container: Container, lifecycle: Lifecycle): Promise<Router> => {
  const config = container.get(keys.config);
  const { listen, healthPort } = container.get(keys.roles);
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
      isOpen: isOpenIn(config),
    },
    firstLink: async () => {
      if (!listen || isOpenIn(config)) return undefined;
      const [access, users, { url }] = await Promise.all([
        container.getAsync(keys.access),
        container.getAsync(keys.users),
        container.getAsync(keys.web),
      ]);
      const port = Number(new URL(url).port);
      return firstLinkOf({ config, url: publicUrlOf({ ...config.http, port }), access, users });
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
      return routes.send({ text, connections });
    },
    stop: () => lifecycle.stop(),
  };
};

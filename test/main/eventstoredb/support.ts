import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { conversationStream } from '../../../src/domain/connection.js';
import { type Router, startRouter } from '../../../src/main/index.js';
import type { DeadLetters } from '../../../src/outbound/deadLetters.js';
import type { LaneStatus } from '../../../src/outbound/laneStatus.js';
import { openDeadLetters } from '../../../src/programs/deadLetters.js';
import type { MemberStatus } from '../../../src/workers/status.js';
import { eventually } from '../../kannel/support/wait.js';
import { collect, newCategory } from '../../store/events.js';

export { startStandIn as startServer } from '../../oneServer/server.js';

/** The phones behind a backend: they take every text, unless the network is away. */
export class Network {
  readonly taken: { readonly to: string; readonly text: string; readonly atMs: number }[] = [];
  /** What phones have to wait for before their network says yes. */
  answers: Promise<unknown> = Promise.resolve();
  #port = 0;
  #server = this.#create();

  static async start(t: ExecutionContext): Promise<Network> {
    const network = new Network();
    await network.open();
    t.teardown(() => network.close());
    return network;
  }

  get outgoingUrl(): string {
    return `http://127.0.0.1:${this.#port}/?to=%(identity)s&text=%(text)s`;
  }

  async open(): Promise<void> {
    this.#server = this.#create();
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  /** The texts of a phone, once it has so many. */
  async until(to: string, count: number): Promise<readonly string[]> {
    await eventually(`${count} texts for ${to}`, 20_000, () => this.of(to).length >= count);
    return this.of(to);
  }

  of(to: string): readonly string[] {
    return this.taken.filter((text) => text.to === to).map(({ text }) => text);
  }

  #create() {
    return createServer(async (request, response) => {
      const { searchParams } = new URL(request.url ?? '', 'http://network');
      const [to, text] = ['to', 'text'].map((name) => searchParams.get(name) ?? '') as [string, string];
      this.taken.push({ to, text, atMs: performance.now() });
      await this.answers;
      response.end('taken');
    });
  }
}

/** A line of the log. */
export interface Line {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: { readonly err?: Error } & Readonly<Record<string, unknown>>;
}

/** A router with one backend of its own name on an EventStoreDB, and what it logs. */
export interface Place {
  readonly router: Router;
  readonly backend: string;
  readonly lines: readonly Line[];
  /** A text of a phone. @returns the status that the gateway gets */
  readonly say: (identity: string, text: string) => Promise<number>;
  readonly streamOf: (identity: string) => string;
  /** The types of what a conversation holds, in order. */
  readonly typesOf: (identity: string) => Promise<readonly string[]>;
  readonly ready: () => Promise<boolean>;
  readonly work: () => Promise<MemberStatus>;
  readonly lanes: () => Promise<readonly LaneStatus[]>;
  readonly readiness: () => Promise<Readiness>;
}

/** What `/readyz` says. */
export interface Readiness {
  readonly ready: boolean;
  readonly store: boolean;
  readonly refused?: readonly string[];
  readonly work: MemberStatus;
  readonly lanes: readonly LaneStatus[];
  readonly projections: readonly { readonly phase: string }[];
}

export interface Wanted {
  readonly backend?: string;
  readonly data?: string;
  readonly network: Pick<Network, 'outgoingUrl'>;
  readonly apps?: readonly string[];
  readonly handler?: 'inline' | 'queued';
  readonly node?: string;
  /** False: another routes what it takes. */
  readonly routing?: boolean;
  readonly more?: object;
}

/** A folder that goes away with the test. */
export const newFolder = (t: ExecutionContext): string => {
  const folder = mkdtempSync(join(tmpdir(), 'threadless-main-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

export const startOn = async (
  t: ExecutionContext,
  connectionString: string,
  {
    backend = newCategory(),
    data = newFolder(t),
    network,
    apps,
    handler = 'queued',
    node,
    routing = true,
    more = {},
  }: Wanted,
): Promise<Place> => {
  const lines: Line[] = [];
  const note = (level: Line['level']) => (fields: object, message: string) => {
    lines.push({ level, message, fields: { ...fields } });
  };
  const router = await startRouter({
    routing,
    log: { debug: note('debug'), info: note('info'), warn: note('warn'), error: note('error') },
    env: { EVENTSTORE_URL: connectionString, THREADLESS_DATA: data },
    overrides: {
      http: { port: 0 },
      secret: 'sixteen characters',
      ...(node === undefined ? {} : { node }),
      eventStore: { engine: 'eventstoredb', appendTimeoutMs: 5_000, readTimeoutMs: 5_000 },
      apps: apps ?? ['echo', 'default'],
      projections: { run: false },
      backends: {
        'my-kannel-backend': null,
        'simple-http': null,
        [backend]: {
          engine: 'http',
          handler,
          outgoingUrl: network.outgoingUrl,
          probe: { firstMs: 50, maxMs: 200 },
        },
      },
      ...more,
    },
  });
  t.teardown(async () => {
    await router.stop();
    if (!t.passed) for (const { level, message, fields } of lines) t.log(level, message, fields);
  });
  const readiness = async () => (await (await fetch(`${router.url}/readyz`)).json()) as Readiness;
  const streamOf = (identity: string) => conversationStream({ backend, identity });
  return {
    router,
    backend,
    lines,
    say: async (identity, text) => {
      const body = new URLSearchParams({ identity, text });
      return (await fetch(`${router.url}/http/${backend}/`, { method: 'POST', body })).status;
    },
    streamOf,
    typesOf: async (identity) =>
      (await collect(router.store.readStream(streamOf(identity)))).map(({ type }) => type),
    ready: async () => (await fetch(`${router.url}/readyz`)).status === 200,
    work: async () => (await readiness()).work,
    lanes: async () => (await readiness()).lanes.filter((lane) => lane.backend === backend),
    readiness,
  };
};

/** The dead letters, as another process opens them. */
export const lettersOn = async (t: ExecutionContext, url: string, data: string): Promise<DeadLetters> => {
  const opened = await openDeadLetters({
    env: { EVENTSTORE_URL: url, THREADLESS_DATA: data },
    overrides: { eventStore: { engine: 'eventstoredb' } },
  });
  t.teardown(() => opened.close());
  return opened.letters;
};

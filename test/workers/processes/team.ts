import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { connectionOf, conversationCategory } from '../../../src/domain/connection.js';
import type { RecordedEvent } from '../../../src/domain/event.js';
import type { MemberStatus } from '../../../src/workers/status.js';
import { type Leashed, startLeashed } from '../../kannel/support/leashed.js';
import { freePorts } from '../../kannel/support/ports.js';
import { eventually } from '../../kannel/support/wait.js';
import { sharedUrl } from '../../oneServer/server.js';
import { collect, newName } from '../../store/events.js';
import type { SharedStore } from './engine.js';
import { Phones } from './phones.js';

const program = fileURLToPath(new URL('../../../src/cli/threadless.js', import.meta.url));
const readyMs = 40_000;

export const beatMs = 200;
export const takeoverMs = 2_000;

export interface Colleague {
  readonly node: string;
  readonly url: string;
  /** How it shares the work. */
  work(): Promise<MemberStatus>;
  kill9(): Promise<void>;
  /** SIGTERM: in order. */
  stop(): Promise<void>;
  freeze(): void;
  thaw(): void;
}

/** What outlives a failure must end all the same: a test's own `t`, or a list. */
export interface Owner {
  teardown(end: () => unknown): void;
}

/** Processes on one store, and the phones behind their gateway. Everything ends with the test. */
export class Team {
  readonly phones = new Phones();
  /** Its name, and the ends of its nodes' names: others may have used the store before. */
  readonly backend = newName('phones');
  /** The full name of whoever was started first. */
  #first = '';
  #configFile = '';

  constructor(
    private readonly t: Owner,
    readonly store: SharedStore,
  ) {}

  async prepare(backendConfig: object): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), 'threadless-team-'));
    this.t.teardown(() => rm(folder, { recursive: true, force: true }));
    this.t.teardown(() => this.phones.close());
    const outgoingUrl = await this.phones.listen();
    this.#configFile = join(folder, 'config.yaml');
    const config = {
      ...this.store.config,
      apps: ['echo', 'default'],
      workers: { beatMs, takeoverMs },
      log: { level: 'warn', format: 'json' },
      backends: {
        'my-kannel-backend': null,
        'simple-http': null,
        [this.backend]: { engine: 'http', handler: 'queued', outgoingUrl, ...backendConfig },
      },
    };
    await writeFile(this.#configFile, stringify(config));
  }

  /** `serve`, with what differs. */
  serve(node: string, ...flags: readonly string[]): Promise<Colleague> {
    return this.#start(node, (port) => ({ args: ['serve', ...flags], env: { PORT: String(port) } }));
  }

  worker(node: string, ...flags: readonly string[]): Promise<Colleague> {
    return this.#start(node, (port) => ({
      args: ['worker', '--health-port', String(port), ...flags],
      env: {},
    }));
  }

  /** A text of a phone. @returns when it is answered 200 */
  async send({ url }: Colleague, identity: string, text: string): Promise<void> {
    const body = new URLSearchParams({ identity, text });
    const response = await fetch(`${url}/http/${this.backend}/`, { method: 'POST', body });
    if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
  }

  /** What its conversations hold, in the order it was stored. Of the store no more is read than has come since its first start. */
  async events(): Promise<readonly RecordedEvent[]> {
    const store = await this.store.open();
    try {
      const [started] = await collect(store.readStream(`router-${this.#first}`, { maxCount: 1 }));
      const filter = { categories: [conversationCategory] };
      const events = await collect(store.readAll({ from: started?.position ?? '', filter }));
      return events.filter(({ stream }) => connectionOf(stream)?.backend === this.backend);
    } finally {
      await store.close();
    }
  }

  async #start(
    node: string,
    how: (port: number) => { readonly args: readonly string[]; readonly env: NodeJS.ProcessEnv },
  ): Promise<Colleague> {
    const [port = 0] = await freePorts(1);
    const { args, env } = how(port);
    const fullName = `${node}-${this.backend}`;
    this.#first ||= fullName;
    const child = startLeashed(process.execPath, [program, ...args, '--node', fullName], {
      env: {
        ...process.env,
        NODE_ENV: 'test',
        THREADLESS_CONFIG: this.#configFile,
        HOST: '127.0.0.1',
        ...env,
      },
    });
    // On a store that is gone on with it leaves its work to the next test's.
    this.t.teardown(() => child.stop(sharedUrl === undefined ? 'SIGKILL' : 'SIGTERM'));
    const url = `http://127.0.0.1:${port}`;
    await eventually(`${node} to be ready`, readyMs, async () => {
      if (child.exit() !== null) return true;
      return (await fetch(`${url}/readyz`)).ok;
    });
    if (child.exit() !== null) throw new Error(`${node} died while it started.\n${child.output()}`);
    return colleague(node, url, child);
  }
}

const colleague = (node: string, url: string, child: Leashed): Colleague => ({
  node,
  url,
  work: async () => ((await (await fetch(`${url}/readyz`)).json()) as { work: MemberStatus }).work,
  kill9: () => child.stop('SIGKILL'),
  stop: () => child.stop('SIGTERM', 20_000),
  freeze: () => child.signal('SIGSTOP'),
  thaw: () => child.signal('SIGCONT'),
});

export const startTeam = async (t: Owner, store: SharedStore, backendConfig: object = {}): Promise<Team> => {
  const team = new Team(t, store);
  await team.prepare(backendConfig);
  return team;
};

/** Waits until each of them holds that many partitions of the conversations. */
export const untilShared = (
  colleagues: readonly Colleague[],
  shared: (counts: readonly number[]) => boolean,
): Promise<true> =>
  eventually('the partitions to be spread', 20_000, async () => {
    const counts = await Promise.all(colleagues.map(async (one) => (await one.work()).own.routing));
    return shared(counts) || undefined;
  });

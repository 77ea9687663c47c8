import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { sharedUrl } from '../../oneServer/server.js';
import { type StoreEngine, startEngine } from './engine.js';
import { type Leashed, startLeashed } from './leashed.js';
import { freePorts } from './ports.js';
import { eventually } from './wait.js';

export interface RouterOptions {
  /** The configuration, as in YAML: merged over what we ship. */
  readonly config: { readonly backends: object; readonly [key: string]: unknown };
  /** Default: a free one. */
  readonly port?: number;
  /** What differs in its environment. */
  readonly env?: NodeJS.ProcessEnv;
}

/** The router in a process of its own, with a data directory of its own. */
export interface RouterProcess {
  readonly port: number;
  /** Without a slash at the end. */
  readonly url: string;
  readonly engine: StoreEngine;
  /** The names of its backends. */
  readonly backends: ReadonlySet<string>;
  /** What it printed, the last 64 KiB. */
  output(): string;
  /** Resolves when it is gone. */
  kill9(): Promise<void>;
  /** SIGTERM: it finishes what is under way. Resolves when it is gone. */
  terminate(): Promise<void>;
  /** Starts it again, on the same port and data. Resolves when it is ready. It must not be running. */
  restart(): Promise<void>;
  /** Ends it if it runs and removes its directory. Never throws. */
  stop(): Promise<void>;
}

const program = fileURLToPath(new URL('../../../src/cli/threadless.js', import.meta.url));
const readyMs = 20_000;

export const startRouter = async ({ config, port, env = {} }: RouterOptions): Promise<RouterProcess> => {
  const dir = await mkdtemp(join(tmpdir(), 'threadless-router-'));
  const dataDir = join(dir, 'data');
  const configFile = join(dir, 'config.yaml');
  const engine = await startEngine(dataDir);
  await writeFile(configFile, stringify({ ...config, ...engine.config }));
  const [free = 0] = port === undefined ? await freePorts(1) : [port];
  const url = `http://127.0.0.1:${free}`;
  const environment = {
    ...process.env,
    // It counts more than the configuration.
    EVENTSTORE_URL: undefined,
    NODE_ENV: 'test',
    THREADLESS_CONFIG: configFile,
    THREADLESS_DATA: dataDir,
    HOST: '127.0.0.1',
    PORT: String(free),
    ...env,
  };
  let child: Leashed | undefined;

  const start = async (): Promise<void> => {
    const started = startLeashed(process.execPath, [program, 'serve'], { env: environment });
    child = started;
    const died = (): Error => new Error(`The router died while it started.\n${started.output()}`);
    await eventually('the router to be ready', readyMs, async () => {
      if (started.exit() !== null) return true;
      return (await fetch(`${url}/readyz`)).ok;
    });
    if (started.exit() !== null) throw died();
  };
  const router: RouterProcess = {
    port: free,
    url,
    engine,
    backends: new Set(Object.keys(config.backends)),
    output: () => child?.output() ?? '',
    async kill9() {
      await child?.stop('SIGKILL');
    },
    async terminate() {
      await child?.stop('SIGTERM', 20_000);
    },
    restart: start,
    async stop() {
      // Of a store that others use it leaves its work to them.
      await child?.stop(sharedUrl === undefined ? 'SIGKILL' : 'SIGTERM');
      await engine.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
  try {
    await start();
  } catch (error) {
    await router.stop();
    throw error;
  }
  return router;
};

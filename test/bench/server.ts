// Starts servers under test as processes of their own.
import { type ChildProcess, execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { stringify } from 'yaml';
import type { LoadResult } from './load.js';

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));

export interface Server {
  readonly url: string;
  readonly startedInMs: number;
  readonly child: ChildProcess;
  stop(): Promise<void>;
}

export const bareKoa = (): Promise<Server> => start(here('./bareKoa.js'), [], {});

export const bareEcho = (connectionString: string, category: string, outgoingUrl: string): Promise<Server> =>
  start(here('./bareEcho.js'), [connectionString, category, outgoingUrl], {});

/** The router with its own folder for data; `keep` leaves that folder in place. */
export const router = async (
  config: object,
  {
    flags = [],
    data,
    port = 0,
  }: { readonly flags?: readonly string[]; readonly data?: string; readonly port?: number } = {},
): Promise<Server> => {
  const folder = mkdtempSync(join(tmpdir(), 'threadless-bench-'));
  const file = join(folder, 'bench.yaml');
  writeFileSync(file, stringify(config));
  const env = { PORT: String(port), THREADLESS_CONFIG: file, THREADLESS_DATA: data ?? join(folder, 'data') };
  const server = await start(here('../../src/cli/threadless.js'), ['serve', ...flags], env);
  return {
    ...server,
    stop: async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

const start = async (
  script: string,
  args: readonly string[],
  env: Record<string, string>,
): Promise<Server> => {
  const begun = performance.now();
  const child = fork(script, [...args], {
    // As `npm start` runs it, and the baseline the same: room for young objects, which most of a message's are.
    execArgv: ['--max-semi-space-size=64', '--import', here('./loopDelay.js')],
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const killed = () => child.kill('SIGKILL');
  process.once('exit', killed);
  const url = await listening(child);
  return {
    url,
    startedInMs: performance.now() - begun,
    child,
    stop: async () => {
      process.off('exit', killed);
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
};

const listening = (child: ChildProcess): Promise<string> =>
  new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`The server ended with ${code} before it listened.`)));
    if (child.stdout === null) return;
    createInterface({ input: child.stdout }).on('line', (line) => {
      const url = /listens on (http:\S+)/.exec(line)?.[1];
      if (url !== undefined) resolve(url);
    });
  });

/** The event-loop delay of a server since its last reset. */
export const loopDelayOf = async ({ child }: Server): Promise<number> => {
  const answer = once(child, 'message');
  child.send('delay');
  const [{ p99Ms }] = (await answer) as [{ p99Ms: number }];
  return p99Ms;
};

export const resetLoopDelay = ({ child }: Server): void => {
  child.send('reset');
};

/** Load from another process. @param from - number of the first phone */
export const loadFrom = async (
  url: string,
  requests: number,
  phones: number,
  from = 0,
): Promise<LoadResult> => {
  const args = [here('./load.js'), url, '64', String(requests), String(phones), String(from)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout) as LoadResult;
};

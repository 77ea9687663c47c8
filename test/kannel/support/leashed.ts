import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { Writable } from 'node:stream';
import { within } from './wait.js';

/** A child process that cannot outlive whoever started it. */
export interface Leashed {
  readonly pid: number;
  /** Everything it wrote so far, stdout and stderr mixed; only the last 64 KiB. */
  output(): string;
  /** Null while it runs. */
  exit(): { readonly code: number | null; readonly signal: NodeJS.Signals | null } | null;
  /** Resolves when it is gone. */
  readonly gone: Promise<void>;
  signal(name: NodeJS.Signals): void;
  /** Sends `name`, then after `graceMs` SIGKILL. Resolves when the process is gone; no error if it was already. */
  stop(name?: NodeJS.Signals, graceMs?: number): Promise<void>;
}

export interface LeashedOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** A file that gets all the output too. */
  readonly logFile?: string;
}

/**
 * The shell becomes the program (so the pid is the program's), and leaves a watcher behind that reads our end of a pipe.
 * However this process or worker thread ends, the pipe closes and the watcher kills the program: a Ctrl-C, a timed-out
 * test or a kill -9 leaves nothing running.
 */
const leash = '(cat <&3; kill -9 $$) >/dev/null 2>&1 & exec "$@" 3<&-';

const keptOutput = 64 * 1024;

export const startLeashed = (
  command: string,
  args: readonly string[],
  { cwd, env = process.env, logFile }: LeashedOptions = {},
): Leashed => {
  const child = spawn('/bin/sh', ['-c', leash, 'leash', command, ...args], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  if (child.pid === undefined) throw new Error(`Cannot start ${command}`);
  const pid = child.pid;
  const pipe = child.stdio[3] as Writable;
  // The watcher may be gone before us.
  pipe.on('error', () => {});

  let kept = '';
  const log = logFile === undefined ? undefined : createWriteStream(logFile, { flags: 'a' });
  const keep = (chunk: Buffer): void => {
    kept = (kept + chunk.toString()).slice(-keptOutput);
    log?.write(chunk);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);

  let exit: ReturnType<Leashed['exit']> = null;
  const gone = once(child, 'exit').then(([code, signal]) => {
    exit = { code, signal };
    pipe.destroy();
    log?.end();
  });

  const signal = (name: NodeJS.Signals): void => {
    if (exit === null) child.kill(name);
  };
  return {
    pid,
    output: () => kept,
    exit: () => exit,
    gone,
    signal,
    async stop(name = 'SIGTERM', graceMs = 10_000) {
      signal(name);
      try {
        await within(`the end of ${command}`, graceMs, gone);
      } catch {
        signal('SIGKILL');
        await gone;
      }
    },
  };
};

import { type ChildProcess, fork } from 'node:child_process';
import { setPriority } from 'node:os';
import { createInterface } from 'node:readline';
import type { Replayed } from './replayed.js';
import type { TallyState } from './tally.js';

/** What is to be run again: parts as the options of `threadless replay` take them. */
export interface ReplayWish {
  readonly since?: string;
  readonly until?: string;
  readonly zone?: string;
  readonly backend?: string;
  readonly conversation?: string;
  readonly app?: string;
  readonly fromHere?: boolean;
}

/** What was found in all, as the command tells it at its end. */
export interface ReplaySummary extends Pick<TallyState, 'counts' | 'handovers' | 'noted'> {
  readonly messages: number;
  readonly conversations: number;
  readonly total: number;
  readonly differing: number;
}

/** One replay that was started from a page or by a program. Plain JSON. */
export interface ReplayRun {
  readonly id: string;
  readonly by: string;
  readonly wish: ReplayWish;
  /** ISO, UTC. */
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly state: 'running' | 'done' | 'stopped' | 'failed';
  /** Messages that there are to run; absent until they are counted. */
  readonly messages?: number;
  /** Of them those that are done. */
  readonly done: number;
  /** The first of them: there may be more than are kept. */
  readonly differences: readonly Replayed[];
  readonly summary?: ReplaySummary;
  /** Why it failed, in a sentence. */
  readonly error?: string;
}

/** What a replay in a process of its own tells the one that started it. */
export type ReplayProgress = { readonly messages: number } | { readonly done: number };

/** Differences that are kept of each. */
const keptDifferences = 500;
/** Runs that are kept, the last ones. */
const keptRuns = 20;
/** One at a time: each takes a processor from the router. */
const nice = 10;

export interface ReplayRunsNeeds {
  /** The file of the command line. */
  readonly program: string;
  readonly env: NodeJS.ProcessEnv;
  readonly newId: () => string;
  /** ISO, UTC. */
  readonly now: () => string;
}

/** Replays beside the router, each in a process of its own: the command that people type. */
export class ReplayRuns {
  readonly #runs = new Map<string, ReplayRun>();
  #child: ChildProcess | undefined;

  constructor(private readonly needs: ReplayRunsNeeds) {}

  /** The last first. */
  get all(): readonly ReplayRun[] {
    return [...this.#runs.values()].toReversed();
  }

  get(id: string): ReplayRun | undefined {
    return this.#runs.get(id);
  }

  get isBusy(): boolean {
    return this.#child !== undefined;
  }

  /** Only while none {@link isBusy}. */
  start(wish: ReplayWish, by: string): ReplayRun {
    const { newId, now } = this.needs;
    const run: ReplayRun = {
      id: newId(),
      by,
      wish,
      startedAt: now(),
      state: 'running',
      done: 0,
      differences: [],
    };
    this.#runs.set(run.id, run);
    const [oldest] = this.#runs.keys();
    if (this.#runs.size > keptRuns && oldest !== undefined) this.#runs.delete(oldest);
    void this.#follow(run.id, ['--json', '--threads', '1', ...optionsOf(wish)]);
    return run;
  }

  /** What it has found by then stays. */
  stop(id: string): void {
    if (this.#runs.get(id)?.state === 'running') this.#child?.kill('SIGINT');
  }

  /** With the router. */
  close(): void {
    this.#child?.kill('SIGTERM');
  }

  /**
   * Writes a conversation as a test.
   *
   * @returns what the command said
   * @throws an error with its sentence, when it could not
   */
  async writeTest(conversation: string, file: string): Promise<string> {
    const child = this.#fork(['--conversation', conversation, '--as-test', file]);
    const [said, error, code] = await Promise.all([textOf(child.stdout), textOf(child.stderr), endOf(child)]);
    if (code !== 0) throw new Error(sentenceIn(error));
    return said.trim();
  }

  #fork(options: readonly string[]): ChildProcess {
    const { program, env } = this.needs;
    const child = fork(program, ['replay', ...options], { env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    // A process that ended at once has none.
    if (child.pid !== undefined) setPriority(child.pid, nice);
    return child;
  }

  async #follow(id: string, options: readonly string[]): Promise<void> {
    const child = this.#fork(options);
    this.#child = child;
    child.on('message', (progress: ReplayProgress) => this.#change(id, progress));
    const [, error, code] = await Promise.all([this.#read(id, child), textOf(child.stderr), endOf(child)]);
    this.#child = undefined;
    const state = code === 0 || code === 1 ? 'done' : code === 130 ? 'stopped' : 'failed';
    this.#change(id, {
      state,
      endedAt: this.needs.now(),
      ...(state === 'failed' ? { error: sentenceIn(error) } : {}),
    });
  }

  /** A difference a line, and what was found in all at the end. */
  async #read(id: string, { stdout }: ChildProcess): Promise<void> {
    if (stdout === null) return;
    for await (const line of createInterface({ input: stdout, crlfDelay: Number.POSITIVE_INFINITY })) {
      const told = JSON.parse(line) as Replayed | ReplaySummary;
      const differences = this.#runs.get(id)?.differences ?? [];
      if ('counts' in told) this.#change(id, { summary: told, done: told.total });
      else if (differences.length < keptDifferences)
        this.#change(id, { differences: [...differences, told] });
    }
  }

  #change(id: string, change: Partial<ReplayRun>): void {
    const run = this.#runs.get(id);
    if (run !== undefined) this.#runs.set(id, { ...run, ...change });
  }
}

const optionsOf = ({ fromHere = false, ...parts }: ReplayWish): readonly string[] => [
  ...Object.entries(parts).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [`--${name}`, value],
  ),
  ...(fromHere ? ['--from-here'] : []),
];

const endOf = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => {
    child.once('error', () => resolve(null));
    child.once('close', resolve);
  });

const textOf = async (stream: ChildProcess['stdout']): Promise<string> => {
  let text = '';
  for await (const chunk of stream ?? []) text += String(chunk);
  return text;
};

/** The last line that the command wrote for people. */
const sentenceIn = (error: string): string =>
  error
    .trim()
    .split('\n')
    .at(-1)
    ?.replace(/^error: /, '') || 'The replay ended without a word.';

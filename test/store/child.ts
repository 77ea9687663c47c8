import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { ExecutionContext } from 'ava';

/** Runs one of the `*-child` programs beside this file in a process of its own, killed when the test ends. */
export const startChild = (t: ExecutionContext, program: string, ...parameters: string[]): ChildProcess => {
  const child = fork(new URL(`./${program}.js`, import.meta.url), parameters, { execArgv: [] });
  t.teardown(() => child.kill('SIGKILL'));
  return child;
};

/** What the child tells next. Ask before it is due: what nobody waits for is lost. */
export const told = async (child: ChildProcess): Promise<unknown> => {
  const [message] = await once(child, 'message');
  return message;
};

export const ended = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
};

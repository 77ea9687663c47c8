import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { printAll, terminalOf, written } from './print.js';

/** `-F`: ends by itself when all fits; `-R`: shows colours; `-X`: leaves what was shown. */
const usual = { command: 'less', options: ['-FRX'] };

/** Prints lines: at a terminal, more than it shows at once go through the pager (`PAGER`, else `less`). They are made as they are read. */
export const page = async (lines: Iterable<string>): Promise<void> => {
  const { isTerminal, rows = 0 } = terminalOf();
  if (!isTerminal || process.env.PAGER === '') return printAll(lines);
  const left = lines[Symbol.iterator]();
  const first: string[] = [];
  // One more than is shown tells that a pager is needed.
  while (first.length < Math.max(rows, 1)) {
    const next = left.next();
    if (next.done === true) return printAll(first);
    first.push(next.value);
  }
  const all = continued(first, left);
  if (!(await through(all))) await printAll(all);
};

function* continued(first: readonly string[], left: Iterator<string>): Generator<string> {
  yield* first;
  for (let next = left.next(); next.done !== true; next = left.next()) yield next.value;
}

/** @returns false when there is no such program: nothing was taken of the lines then */
const through = async (lines: Iterable<string>): Promise<boolean> => {
  const [command = usual.command, ...options] = process.env.PAGER?.split(/\s+/) ?? [
    usual.command,
    ...usual.options,
  ];
  const pager = spawn(command, options, { stdio: ['pipe', 'inherit', 'inherit'] });
  // One that is not there never ends.
  const ended = once(pager, 'exit').catch(() => undefined);
  // Who has left the pager wants no more.
  pager.stdin.on('error', () => {});
  // Ctrl-C is the pager's while it is there.
  const ignore = () => {};
  process.on('SIGINT', ignore);
  try {
    await once(pager, 'spawn');
  } catch {
    process.off('SIGINT', ignore);
    return false;
  }
  try {
    await Promise.race([written(pager.stdin, lines, terminalOf().hasColours), ended]);
    pager.stdin.end();
    await ended;
  } finally {
    process.off('SIGINT', ignore);
  }
  return true;
};

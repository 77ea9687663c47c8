import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { print, rendered, terminalOf } from './print.js';

/** `-F`: ends by itself when all fits; `-R`: shows colours; `-X`: leaves what was shown. */
const usual = { command: 'less', options: ['-FRX'] };

/** Prints lines: at a terminal, more than it shows at once go through the pager (`PAGER`, else `less`). */
export const page = async (lines: readonly string[]): Promise<void> => {
  const { isTerminal, rows = 0, hasColours } = terminalOf();
  const text = lines.join('\n');
  if (
    isTerminal &&
    lines.length >= rows &&
    process.env.PAGER !== '' &&
    (await through(rendered(text, hasColours)))
  )
    return;
  print(text);
};

/** @returns false when there is no such program */
const through = async (text: string): Promise<boolean> => {
  const [command = usual.command, ...options] = process.env.PAGER?.split(/\s+/) ?? [
    usual.command,
    ...usual.options,
  ];
  const pager = spawn(command, options, { stdio: ['pipe', 'inherit', 'inherit'] });
  const ended = once(pager, 'exit');
  // Who has left the pager wants no more.
  pager.stdin.on('error', () => {});
  // Ctrl-C is the pager's while it is there.
  const ignore = () => {};
  process.on('SIGINT', ignore);
  try {
    await once(pager, 'spawn');
    pager.stdin.end(`${text}\n`);
    await ended;
    return true;
  } catch {
    return false;
  } finally {
    process.off('SIGINT', ignore);
  }
};

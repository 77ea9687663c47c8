#!/usr/bin/env -S node --max-semi-space-size=64
import { constants, setPriority } from 'node:os';
import { inspect } from 'node:util';
import { Command } from 'commander';
import { AuditError } from '../audit/reading.js';
import { ConfigError } from '../main/config/config.js';
import { version } from '../main/version.js';
import { endWhenUnread, printError } from '../terminal/print.js';
import { interrupts } from './interrupts.js';

/** EX_USAGE: what is wrong is the call, and not what it looks at. Other codes say what a command has found. */
const usage = 64;

/** No command waits until what the others need is loaded. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => (await import('./serve.js')).serve(),
  worker: async () => (await import('./worker.js')).worker(),
  explain: async () => (await import('./explain.js')).explaining(),
  audit: async () => (await import('./audit.js')).audit(),
  tail: async () => (await import('./tail.js')).tail(),
  doctor: async () => (await import('./doctor.js')).doctor(),
  users: async () => (await import('./users.js')).users(),
  tokens: async () => (await import('./tokens.js')).tokens(),
  backends: async () => (await import('./backends.js')).backends(),
  deadletters: async () => (await import('./deadletters.js')).deadletters(),
  webhooks: async () => (await import('./webhooks.js')).webhooks(),
  projections: async () => (await import('./projections.js')).projections(),
  replay: async () => (await import('./replay.js')).replaying(),
  export: async () => (await import('./export.js')).exporting(),
  import: async () => (await import('./import.js')).importing(),
};

/** Those that look at what a router has written, perhaps while it works. */
const lookers = ['explain', 'audit', 'tail', 'replay', 'export'];

const endingWith64 = (command: Command): Command => {
  command.exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : usage));
  command.commands.forEach(endingWith64);
  return command;
};

const program = async (): Promise<Command> => {
  const all = new Command('threadless')
    .description('A router for text messages: takes them from a gateway, lets apps answer, keeps every step.')
    .version(version)
    .showHelpAfterError()
    .hook('preAction', (_program, command) => {
      // A router goes on when nobody reads what it prints.
      if (!['serve', 'worker'].includes(command.name())) endWhenUnread();
    });
  const named = process.argv[2] ?? '';
  // Where the processor is short, messages come first; who looks has a tenth of it.
  if (lookers.includes(named)) setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  // What interrupts it before it is loaded is answered, too.
  if (named === 'replay') interrupts.begin();
  // The help is about all of them, and so is what names none.
  const wanted = Object.hasOwn(commands, named) ? [named] : Object.keys(commands);
  for (const name of wanted) {
    const command = await commands[name]?.();
    if (command !== undefined) all.addCommand(command);
  }
  return endingWith64(all);
};

try {
  await (await program()).parseAsync();
} catch (error) {
  // What a person can mend is a sentence; only a fault of the router shows its stack.
  const expected = error instanceof ConfigError || (error as { code?: unknown }).code !== undefined;
  printError(expected ? (error as Error).message : inspect(error));
  process.exitCode = error instanceof AuditError ? usage : 1;
}

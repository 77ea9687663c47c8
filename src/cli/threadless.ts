#!/usr/bin/env -S node --max-semi-space-size=64
import { inspect } from 'node:util';
import { Command } from 'commander';
import { AuditError } from '../audit/reading.js';
import { ConfigError, version } from '../main/index.js';
import { endWhenUnread, printError } from '../terminal/print.js';
import { audit } from './audit.js';
import { deadletters } from './deadletters.js';
import { doctor } from './doctor.js';
import { explaining } from './explain.js';
import { exporting } from './export.js';
import { importing } from './import.js';
import { projections } from './projections.js';
import { replaying } from './replay.js';
import { serve } from './serve.js';
import { tail } from './tail.js';
import { worker } from './worker.js';

/** EX_USAGE: what is wrong is the call, and not what it looks at. Other codes say what a command has found. */
const usage = 64;

const endingWith64 = (command: Command): Command => {
  command.exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : usage));
  command.commands.forEach(endingWith64);
  return command;
};

const program = new Command('threadless')
  .description('A router for text messages: takes them from a gateway, lets apps answer, keeps every step.')
  .version(version)
  .showHelpAfterError()
  .addCommand(serve())
  .addCommand(worker())
  .addCommand(explaining())
  .addCommand(audit())
  .addCommand(tail())
  .addCommand(doctor())
  .addCommand(deadletters())
  .addCommand(projections())
  .addCommand(replaying())
  .addCommand(exporting())
  .addCommand(importing())
  .hook('preAction', (_program, command) => {
    // A router goes on when nobody reads what it prints.
    if (!['serve', 'worker'].includes(command.name())) endWhenUnread();
  });

try {
  await endingWith64(program).parseAsync();
} catch (error) {
  // What a person can mend is a sentence; only a fault of the router shows its stack.
  const expected = error instanceof ConfigError || (error as { code?: unknown }).code !== undefined;
  printError(expected ? (error as Error).message : inspect(error));
  process.exitCode = error instanceof AuditError ? usage : 1;
}

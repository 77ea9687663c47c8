#!/usr/bin/env -S node --max-semi-space-size=64
import { Command } from 'commander';
import { ConfigError, version } from '../main/index.js';
import { deadletters } from './deadletters.js';
import { doctor } from './doctor.js';
import { exporting } from './export.js';
import { importing } from './import.js';
import { projections } from './projections.js';
import { serve } from './serve.js';
import { worker } from './worker.js';

const program = new Command('threadless')
  .description('A router for text messages: takes them from a gateway, lets apps answer, keeps every step.')
  .version(version)
  .showHelpAfterError()
  .addCommand(serve())
  .addCommand(worker())
  .addCommand(doctor())
  .addCommand(deadletters())
  .addCommand(projections())
  .addCommand(exporting())
  .addCommand(importing());

try {
  await program.parseAsync();
} catch (error) {
  // What a person can mend is a sentence; only a fault of the router shows its stack.
  const expected = error instanceof ConfigError || (error as { code?: unknown }).code !== undefined;
  console.error(expected ? (error as Error).message : error);
  process.exitCode = 1;
}

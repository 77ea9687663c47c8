// npm run history -- --events 2000000 DIR   a data folder with a long history in it
import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { counted, rate, TransferProgress } from '../../src/cli/transferProgress.js';
import { conversationStream } from '../../src/domain/connection.js';
import { storeFile } from '../../src/main/dataFolder.js';
import { FolderInUse, writeHistory } from './folder.js';
import { leastEvents, longestConnection, longestFor } from './options.js';

interface Arguments {
  readonly events: number;
  readonly seed: number;
  readonly longest?: number;
  readonly until?: number;
}

const wholeNumber = (text: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Expected a whole number.');
  return Number(text);
};

const dayOf = (text: string): number => {
  const ms = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(ms)) throw new InvalidArgumentError('Expected a day, such as 2026-10-01.');
  if (ms > Date.now())
    throw new InvalidArgumentError('Expected a day in the past: a store holds what has happened.');
  return ms;
};

const make = async (folder: string, options: Arguments): Promise<void> => {
  const longest = longestFor(options);
  const progress = new TransferProgress();
  const begun = performance.now();
  try {
    await writeHistory(folder, options, (events) =>
      progress.tell((seconds) => {
        const percent = Math.floor((100 * events) / options.events);
        return `making: ${percent} %, ${counted(events)}, ${rate(events, seconds)}`;
      }),
    );
    const seconds = (performance.now() - begun) / 1_000;
    progress.end(summary(folder, options, longest, seconds));
  } finally {
    progress.clear();
  }
};

const summary = (folder: string, { events, seed }: Arguments, longest: number, seconds: number): string => {
  const path = resolve(folder);
  const memory = process.resourceUsage().maxRSS * 1_024;
  const megabytes = (bytes: number) => `${Math.round(bytes / 1e6).toLocaleString('en')} MB`;
  const size = megabytes(statSync(storeFile({ data: path })).size);
  return [
    `Made ${counted(events)} of seed ${seed} in ${seconds.toFixed(1)} s: ${size} in ${path}, with at most ${megabytes(memory)} of memory (${availableParallelism()} cores).`,
    `The longest conversation, of about ${longest.toLocaleString('en')} texts: ${conversationStream(longestConnection)}`,
    `Work on it with: THREADLESS_CONFIG=${path}/config.yaml THREADLESS_DATA=${path} npx threadless …`,
  ].join('\n');
};

const program = new Command('history')
  .description('Make a data folder with a long history in it: the same for the same seed.')
  .argument('<folder>', 'a folder without a store; made when there is none')
  .option('--events <count>', `how many, at least ${leastEvents}`, wholeNumber, 200_000)
  .option('--seed <number>', 'another one gives another history', wholeNumber, 1)
  .option(
    '--longest <texts>',
    'texts of the longest conversation (default: a twentieth of the events, at most 100,000)',
    wholeNumber,
  )
  .option('--until <day>', 'when it ends, about (default: 2026-10-01)', dayOf)
  .showHelpAfterError()
  .action(make);

try {
  await program.parseAsync();
} catch (error) {
  const isExpected = error instanceof FolderInUse || error instanceof RangeError || isOfSystem(error);
  console.error(isExpected ? (error as Error).message : error);
  process.exitCode = 1;
}

/** A disk that is full, a folder that may not be written. */
function isOfSystem(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code !== undefined;
}

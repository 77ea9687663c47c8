import { Command, InvalidArgumentError } from 'commander';
import { importStore } from '../programs/import.js';
import { giveUpImport } from '../programs/withoutRouters.js';
import { printError } from '../terminal/print.js';
import { counted, rate, TransferProgress } from './transferProgress.js';

export const importing = (): Command =>
  new Command('import')
    .description(
      'Store what an export holds. What is there already is not stored again: an import that was cut off is done again.\nA file is checked before anything is written; standard input is checked as it comes.',
    )
    .argument('[file]', 'an export; - for standard input')
    .option(
      '--in-flight <count>',
      'appends under way at the same time; with EventStoreDB more than 1 is faster, and keeps the order within each stream only',
      countOf,
    )
    .option('--give-up', 'instead: let routers start on a store in which an import was cut off, as it is')
    .action(async (file: string | undefined, { inFlight, giveUp }: ImportArguments, command: Command) => {
      if (giveUp === true) return tellGivenUp(await giveUpImport());
      if (file === undefined) return command.error("error: missing required argument 'file'");
      const progress = new TransferProgress();
      let phase: string | undefined;
      try {
        const imported = await importStore({
          from: file === '-' ? process.stdin : file,
          ...(inFlight === undefined ? {} : { inFlight }),
          onProgress: ({ doing, events, bytesRead, bytes }) => {
            if (doing !== phase) progress.begin();
            phase = doing;
            progress.tell((seconds) => {
              const percent = bytes === undefined ? '' : `${Math.floor((100 * bytesRead) / bytes)} %, `;
              return `${doing}: ${percent}${counted(events)}, ${rate(events, seconds)}`;
            });
          },
        });
        progress.end(summaryOf(imported));
      } finally {
        progress.clear();
      }
    });

interface ImportArguments {
  readonly inFlight?: number;
  readonly giveUp?: boolean;
}

const tellGivenUp = (wasCut: boolean): void =>
  printError(wasCut ? 'Routers may start on this store as it is.' : 'No import was cut off in this store.');

const summaryOf = ({ events, before, shifted, open }: Awaited<ReturnType<typeof importStore>>): string => {
  const again =
    before === 0
      ? ''
      : before === events
        ? ': all were there'
        : `: ${counted(before)} ${before === 1 ? 'was' : 'were'} there`;
  const cut =
    shifted > 0
      ? `\nOf ${shifted} streams the beginning had been deleted: their revisions begin at 0 here.`
      : '';
  const closed = open
    ? ''
    : '\nAnother import into this store was cut off before: routers stay off it until that one is done again, too.';
  return `Imported ${counted(events)}${again}.${cut}${closed}`;
};

const countOf = (text: string): number => {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError('Expected a number from 1 to 9999.');
  return Number(text);
};

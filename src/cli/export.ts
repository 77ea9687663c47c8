import { Command } from 'commander';
import { exportStore } from '../programs/export.js';
import { counted, rate, TransferProgress } from './transferProgress.js';

interface Options {
  readonly resume?: boolean;
  readonly without: readonly string[];
}

export const exporting = (): Command =>
  new Command('export')
    .description(
      'Write every event of the store into a file, to keep it or to import it into another store.\nA router may run meanwhile: the file has what was stored when the export began.',
    )
    .argument('[file]', 'where to write; - or nothing: standard output')
    .option('--resume', 'go on with FILE.part, which an export that was cut off has left')
    .option(
      '--without <stream>',
      'leave a stream out, to erase a person: conversation-BACKEND:IDENTITY; once for each',
      (stream: string, others: readonly string[]) => [...others, stream],
      [],
    )
    .action(async (file: string | undefined, { resume = false, without }: Options, command: Command) => {
      const toFile = file !== undefined && file !== '-';
      if (!toFile && resume) command.error('error: --resume needs the name of a file');
      if (!toFile && process.stdout.isTTY)
        command.error('error: name a file, or send standard output somewhere');
      const progress = new TransferProgress();
      try {
        const { events, before } = await exportStore({
          to: toFile ? file : toStandardOutput,
          resume,
          omit: without,
          onProgress: (now) =>
            progress.tell(
              (seconds) =>
                `${counted(now.events)}, ${rate(now.events, seconds)}, as far as ${now.recordedAt.slice(0, 16)}`,
            ),
        });
        const again = before > 0 ? `: ${counted(before)} were there` : '';
        progress.end(`Exported ${counted(events)}${toFile ? ` to ${file}` : ''}${again}.`);
      } finally {
        progress.clear();
      }
    });

/** A failure ends the command, as it does for whatever else is printed. */
const toStandardOutput = (bytes: Uint8Array): Promise<void> =>
  new Promise((resolve) => {
    process.stdout.write(bytes, (error) => {
      if (!error) resolve();
    });
  });

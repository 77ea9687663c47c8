import { Command } from 'commander';
import { ownZone } from '../audit/time/zone.js';
import { openAudit } from '../programs/audit.js';
import { print } from '../terminal/print.js';
import { visible, visibleJson } from '../terminal/visible.js';
import { Moments } from './audit/moments.js';

const list = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

/** What is stored, as it is stored. */
export const tail = (): Command =>
  new Command('tail')
    .description('Show events as they are stored, until Ctrl-C. Nothing is written.')
    .option('--type <type>', 'one or more', list)
    .option('--category <name>', 'one or more: what stands before the first - of the stream', list)
    .option('--stream <name>', 'of one stream')
    .option('--backend <name>', 'with --identity: of one conversation')
    .option('--identity <number>', 'with --backend')
    .option('--correlation <id>', 'what follows from one message, or one job')
    .option('--after <position>', 'from there on, instead of from now on')
    .option('--ndjson', 'one JSON object a line')
    .action(
      async ({ ndjson, ...parts }: { ndjson?: boolean } & Record<string, string | readonly string[]>) => {
        const asked = Object.fromEntries(
          Object.entries(parts).map(([part, value]) => [part, typeof value === 'string' ? [value] : value]),
        );
        const tool = await openAudit({}, { follows: true });
        const shown = tool.ask.tail(asked);
        const moments = new Moments(ownZone());
        process.once('SIGINT', () => shown.close());
        try {
          for await (const event of shown) {
            const { recordedAt, type, stream, data } = event;
            if (ndjson === true) print(visibleJson(JSON.stringify(event)));
            else
              print(
                `${moments.moment(recordedAt)}  ${visible(type)}  ${visible(stream)}  ${visible(JSON.stringify(data))}`,
              );
          }
        } finally {
          await tool.close();
        }
      },
    );

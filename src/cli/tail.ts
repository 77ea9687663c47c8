import { Command } from 'commander';
import type { Zone } from '../domain/zone.js';
import { openAudit } from '../programs/audit.js';
import { onUnread, print, terminalOf } from '../terminal/print.js';
import { visibleJson } from '../terminal/visible.js';
import { askedIn, list, type Options } from './audit/asked.js';
import { LocalClock } from './clock.js';
import { zoneOption } from './options.js';
import { eventRow } from './story/eventRow.js';
import { linesOf } from './story/row.js';

export const tail = (): Command =>
  new Command('tail')
    .description(
      'Show what happens while it happens, event by event, until Ctrl-C. Reads the store beside a running router; nothing waits for it.',
    )
    .option('--since <time>', 'first what was stored since then: 10m, yesterday, 2026-03-01T08:00')
    .option('--after <position>', 'go on after an event, by its position')
    .option('--backend <name>', 'one or more', list)
    .option('--identity <number>', 'of one number, in any spelling')
    .option('--app <name>', 'what an app decided, or recorded; one or more', list)
    .option('--direction <which>', 'in or out')
    .option('--outcome <outcome>', 'of routing: handled, unhandled, …', list)
    .option('--status <status>', 'what became of a message: failed, abandoned, delivered, …', list)
    .option('--code <code>', 'why an attempt failed, or of a report', list)
    .option('--words <words>', 'texts in which all of these occur')
    .option('--type <type>', 'of event, one or more', list)
    .option('--category <name>', 'of stream: conversation, inbound, router, …', list)
    .option('--stream <name>', 'one stream')
    .option('--correlation <id>', 'what follows from one message, or one job')
    .addOption(zoneOption('the zone of the times'))
    .option('--ndjson', 'one JSON object a line: events as they are stored')
    .action(async ({ zone, ...options }: Options & { readonly zone: Zone }) => {
      const tool = await openAudit();
      // Waiting for what comes keeps no process alive by itself.
      const alive = setInterval(() => undefined, 60_000);
      try {
        const stop = new AbortController();
        // What was read is still to be recorded, where that is asked for.
        process.once('SIGINT', () => stop.abort()).once('SIGTERM', () => stop.abort());
        if (tool.isRecorded) onUnread(() => stop.abort());
        const events = tool.ask.tail(askedIn({ ...options, zone: zone.name }), stop.signal);
        const clock = new LocalClock(zone);
        for await (const event of events) {
          if (process.stdout.destroyed) break;
          if (options.ndjson === true) print(visibleJson(JSON.stringify(event)));
          else
            for (const line of linesOf(
              eventRow({ ...event, revision: BigInt(event.revision) }, clock, terminalOf().hasUtf8),
              terminalOf(),
            ))
              print(line);
        }
      } finally {
        clearInterval(alive);
        await tool.close();
      }
    });

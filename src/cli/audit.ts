import { Command } from 'commander';
import type { MessagesAnswer, Range } from '../audit/answers.js';
import {
  columnsOfEvents,
  columnsOfGroups,
  columnsOfMessages,
  rowOfEvent,
  rowOfGroup,
  rowOfMessage,
  written,
} from '../audit/output.js';
import type { Asked } from '../audit/reading.js';
import { type AuditTool, openAudit } from '../programs/audit.js';
import { print } from '../terminal/print.js';
import {
  formOf,
  noneOf,
  notKnown,
  type OutputOptions,
  printEnd,
  printJson,
  printLines,
} from './audit/answer.js';
import { type Options as AskedOptions, askedIn, list } from './audit/asked.js';
import { eventLines } from './audit/events.js';
import { groupLines, messageLines } from './audit/messages.js';
import { LocalClock } from './clock.js';
import { zone } from './options.js';

export const audit = (): Command =>
  new Command('audit')
    .description(
      'Ask what happened: messages or events by who, when, what and how it ended. Nothing is written.',
    )
    .addCommand(messages())
    .addCommand(events());

/** Options that every question takes. */
const asking = (command: Command): Command =>
  command
    .option('--since <time>', 'from a time on: 2026-03-01, 2026-03-01T08:00, 2026-03, 2026, 7d, yesterday')
    .option('--until <time>', 'up to a time; a bare date is that whole day')
    .option('--zone <name>', "of days, hours and times, such as Africa/Kampala; default: the terminal's")
    .option('--order <which>', 'newest or oldest first (newest)')
    .option('--limit <count>', 'how many, at most (50; with --ndjson and --csv all)')
    .option('--after <cursor>', 'the page after the one that gave this')
    .option('--correlation <id>', 'what followed from one message, or one job')
    .option('--json', 'one JSON object')
    .option('--ndjson', 'one JSON object a line, the last one tells how many there were')
    .option('--csv', 'for a spreadsheet')
    .option('--csv-raw', 'for programs: every value as it is');

const messages = (): Command =>
  asking(new Command('messages'))
    .description('Messages, in and out. Times are those at which they were received or sent.')
    .option('--identity <number>', 'of one number, in any spelling')
    .option('--to <number>', 'out to one number')
    .option('--from <number>', 'in from one number')
    .option('--direction <which>', 'in or out')
    .option('--backend <name>', 'one or more', list)
    .option('--app <name>', 'one or more; none: without an app', list)
    .option('--status <status>', 'one or more: delivered, abandoned, waiting, …', list)
    .option(
      '--outcome <outcome>',
      'of routing: handled, answered, defaulted, filtered, unhandled, duplicate',
      list,
    )
    .option('--code <code>', 'why an attempt failed: unreachable, throttled, rejected, …', list)
    .option('--words <words>', 'in the text: all of them; "…" next to each other, a* beginning so')
    .option('--slower-than <duration>', 'in: until routed, out: until delivered (5s, 2m)')
    .option(
      '--by <groups>',
      'count by hour, day, week or month, direction, backend, app, status, outcome, code, identity, text',
      list,
    )
    .option('--testers', 'count the messages of played phones too')
    .option('--times', 'how long it took them: half, 90 % and 99 % at most')
    .action((options: Options, command: Command) => {
      const form = formOf(options, command);
      return withAudit((tool) => askForMessages(tool, options, form));
    });

const events = (): Command =>
  asking(new Command('events'))
    .description('Events as they are stored. Times are those at which the store wrote them.')
    .option('--type <type>', 'one or more', list)
    .option('--category <name>', 'one or more: what stands before the first - of the stream', list)
    .option('--stream <name>', 'of one stream')
    .option('--backend <name>', 'with --identity, where several know it')
    .option('--identity <number>', 'of the conversation with one number, in any spelling')
    .action((options: Options, command: Command) => {
      const form = formOf(options, command);
      return withAudit((tool) => askForEvents(tool, options, form));
    });

type Options = OutputOptions & AskedOptions;
type AnswerForm = ReturnType<typeof formOf>;

const askForMessages = async (tool: AuditTool, options: Options, form: AnswerForm): Promise<void> => {
  const asked = askedIn(options);
  const answer = await tool.ask.messages(asked);
  const by = (asked.by ?? []).flatMap((names) => names.split(','));
  if (form === 'json') printJson(answer);
  else if ('groups' in answer) {
    if (form === undefined)
      print(
        answer.fresh.states === 'none' ? notKnown : groupLines(answer, by, options.times === true).join('\n'),
      );
    else
      await printLines(
        written(form, columnsOfGroups(by, options.times === true), answer.groups.map(rowOfGroup)),
      );
  } else if (form !== undefined) {
    const rows = options.limit === undefined ? tool.ask.allMessages(asked) : answer.messages;
    await printLines(written(form, columnsOfMessages, mapped(rows, rowOfMessage)), tool.isRecorded);
  } else if (answer.messages.length === 0) print(noneOf('messages', asked, await tool.storeBegins(), answer));
  else {
    print(messageLines(answer, clockOf(answer.range), isOfOne(asked, answer)).join('\n'));
  }
  if (form !== 'json')
    printEnd(form === undefined ? answer : { ...answer, messages: [], range: { zone: '', by: '' } });
};

/** A number without its country may be several. */
const isOfOne = ({ identity, to, from }: Asked, { messages }: MessagesAnswer): boolean =>
  [identity, to, from].some((given) => given !== undefined) &&
  new Set(messages.map((message) => message.identity)).size === 1;

/** In the zone that the answer goes by. */
const clockOf = (range: Range): LocalClock => new LocalClock(zone(range.zone));

const askForEvents = async (tool: AuditTool, options: Options, form: AnswerForm): Promise<void> => {
  const asked = askedIn(options);
  if (form !== undefined && form !== 'json' && options.limit === undefined) {
    const rows = mapped(await tool.ask.allEvents(asked), rowOfEvent);
    await printLines(written(form, columnsOfEvents, rows), tool.isRecorded);
    return;
  }
  const answer = await tool.ask.events(asked);
  if (form === 'json') printJson(answer);
  else if (form !== undefined)
    await printLines(written(form, columnsOfEvents, answer.events.map(rowOfEvent)));
  else {
    print(
      answer.events.length === 0
        ? noneOf('events', asked, await tool.storeBegins())
        : eventLines(answer, clockOf(answer.range)).join('\n'),
    );
    printEnd(answer);
  }
};

async function* mapped<From, To>(
  items: AsyncIterable<From> | Iterable<From>,
  by: (item: From) => To,
): AsyncGenerator<To> {
  for await (const item of items) yield by(item);
}

const withAudit = async (work: (tool: AuditTool) => Promise<void>): Promise<void> => {
  const tool = await openAudit();
  try {
    await work(tool);
  } finally {
    await tool.close();
  }
};

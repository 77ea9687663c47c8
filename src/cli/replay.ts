import { Command, Option } from 'commander';
import { timesTaken } from '../domain/times.js';
import { NotFound } from '../explain/find.js';
import { ConfigError } from '../main/config/config.js';
import { type AsTestRequest, NoTest, NotWritten, writeTest } from '../programs/replay/asTest.js';
import { replay } from '../programs/replay/replay.js';
import {
  NothingToReplay,
  NothingYet,
  type ReplayReport,
  type ReplayRequest,
  type ReplayWatcher,
  UnknownName,
} from '../programs/replay/request.js';
import { UnfitApp } from '../replay/loadApps.js';
import { families } from '../replay/refuse/families.js';
import type { ReplayProgress } from '../replay/runs.js';
import { print, printError, terminalOf, unwritten } from '../terminal/print.js';
import { visible, visibleJson } from '../terminal/visible.js';
import { LocalClock } from './clock.js';
import { count, things } from './columns.js';
import { interrupted, interrupts } from './interrupts.js';
import { threads, whole, zoneOption } from './options.js';
import { claimLines } from './replayClaims.js';
import { allowed, type ReplayOptions, requestOf } from './replayOptions.js';
import { hungLine, miscounted, reportLines } from './replayReport.js';
import { rate, TransferProgress } from './transferProgress.js';

/** EX_USAGE: what is wrong is the call, and not what it looks at. */
const usage = 64;
/** EX_SOFTWARE: what was found cannot be relied on. */
const fault = 70;
/** EX_UNAVAILABLE: the store cannot be read. No difference was found, and none excluded. */
const unavailable = 69;

export const replaying = (): Command =>
  new Command('replay')
    .description(
      'Run the messages of the past through the apps as they are now, and compare with what was answered. Nothing is sent and nothing stored; a router may run meanwhile.\nThe exit code is 0 when all is the same, 1 when something differs, 2 when there is nothing to replay.',
    )
    .option('--apps <file>', 'a configuration whose apps are asked instead')
    .option('--since <time>', `messages received from then on: ${timesTaken}`)
    .option('--until <time>', 'messages received before; a date: to its end')
    .addOption(zoneOption('the zone that dates are meant in'))
    .option('--backend <name>', 'conversations of one backend')
    .option('--conversation <name>', 'one conversation: BACKEND:IDENTITY, or the identity alone')
    .option('--app <name>', 'only what this app has to do with, then or now')
    .option('--from-here', 'what would each message have got by itself, with the memory as it was recorded')
    .option('--allow <calls>', `what apps may do all the same: ${families.join(', ')}, all`, allowed, [])
    .option('--limit <count>', 'differences shown of each kind; 0 for all', whole, 5)
    .option('--threads <count>', 'conversations run side by side', threads)
    .option('--resume', 'go on with one that was stopped')
    .option('--json', 'one JSON object a line: each difference, then what was found in all')
    .addOption(
      new Option(
        '--what-if <question>',
        'claim: compare nothing, and ask each app by itself which messages it would handle',
      ).choices(['claim']),
    )
    .option('--as-test <file>', 'write a conversation as a test for ava that passes today')
    .option('--keep', 'numbers and names in the test as they are: default is made-up ones')
    .action(async (options: ReplayOptions, command: Command) => {
      const request = requestOf(options, command);
      const { asTest: file, keep = false } = options;
      if (keep && file === undefined) command.error('error: --keep is about the test of --as-test');
      if (file === undefined) process.exitCode = await run(request, options);
      else if (request.conversation === undefined)
        command.error('error: --as-test needs the --conversation that is written');
      else process.exitCode = await write({ ...request, conversation: request.conversation, file, keep });
    });

const run = async (request: ReplayRequest, { json = false, zone }: ReplayOptions): Promise<number> => {
  const progress = new TransferProgress();
  const stop = new AbortController();
  const clock = new LocalClock(zone);
  interrupts.handOver(() => stop.abort());
  try {
    const report = await replay(request, watcherOf(progress, json, request.apps, clock), stop.signal);
    progress.clear();
    const isWhole = !stop.signal.aborted || report.done === report.conversations;
    const gap = isWhole ? miscounted(report) : undefined;
    // A name that was mistyped must not look like a replay that found no difference.
    if (isWhole && gap === undefined && report.concerned === 0) throw new NothingToReplay(noneOf(request));
    if (json) printJson(summaryOf(report));
    else {
      const look = { ...terminalOf(), clock };
      const lines = request.claims ? claimLines(report, look) : reportLines(report, look);
      print(lines.join('\n'));
    }
    if (!isWhole) return interrupted;
    if (gap !== undefined) {
      printError(gap);
      return fault;
    }
    return report.differing > 0 ? 1 : 0;
  } catch (error) {
    progress.clear();
    if (error instanceof NothingYet) for (const hung of error.hung) printError(hungLine(hung));
    const code = codeOf(error);
    if (code === undefined) throw error;
    printError((error as Error).message);
    return code;
  } finally {
    interrupts.end();
  }
};

const noneOf = ({ app }: ReplayRequest): string =>
  app === undefined
    ? 'There was nothing to replay of what was chosen.'
    : `There was nothing to replay: no message of what was chosen has to do with an app named ${visible(app)}.`;

const write = async (request: AsTestRequest): Promise<number> => {
  try {
    const { messages, conversations, remarks } = await writeTest(request);
    const of = conversations === 1 ? 'one conversation' : `${conversations} conversations`;
    print(`Wrote ${count(messages)} messages of ${of} to ${request.file}: it passes today.`);
    for (const remark of remarks) print(remark);
    return 0;
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    printError((error as Error).message);
    return code;
  }
};

const codeOf = (error: unknown): number | undefined => {
  if (error instanceof NothingToReplay) return 2;
  if (error instanceof NothingYet) return interrupted;
  if (error instanceof NotWritten) return unwritten;
  const isCall = [ConfigError, NoTest, UnfitApp, NotFound, UnknownName].some((kind) => error instanceof kind);
  if (isCall) return usage;
  // What a person can mend has a code; the rest is a fault of ours.
  return (error as { readonly code?: unknown }).code === undefined ? undefined : unavailable;
};

/** When they were received. */
const daysOf = (clock: LocalClock, first: string | undefined, last: string | undefined): string =>
  first === undefined || last === undefined ? '' : `, ${clock.days(first, last)} (${clock.zone}),`;

const watcherOf = (
  progress: TransferProgress,
  json: boolean,
  apps: string | undefined,
  clock: LocalClock,
): ReplayWatcher => {
  let all = 0;
  return {
    found: ({ messages, conversations, first, last }) => {
      all = messages;
      tellStarter({ messages });
      progress.begin();
      if (!json)
        print(
          `Replaying ${things(messages, 'message')} of ${things(conversations, 'conversation')}${daysOf(clock, first, last)} with the apps of ${apps ?? 'today'}.`,
        );
    },
    progress: (messages) => {
      tellStarter({ done: messages });
      progress.tell((seconds) => progressLine(messages, all, seconds));
    },
    ...(json ? { differed: printJson } : {}),
  };
};

const printJson = (value: object): void => print(visibleJson(JSON.stringify(value)));

/** A router that has started it shows how far it is. */
const tellStarter = (progress: ReplayProgress): void => {
  process.send?.(progress);
};

const barWidth = 24;

const progressLine = (messages: number, all: number, seconds: number): string => {
  const part = Math.min(1, messages / Math.max(1, all));
  const bar = '█'.repeat(Math.round(part * barWidth)).padEnd(barWidth, '░');
  const left = Math.ceil((seconds / Math.max(part, 0.001)) * (1 - part));
  return `  ${bar} ${Math.floor(part * 100)} %  ${rate(messages, seconds)}  about ${left} s left`;
};

const summaryOf = ({ tally, ...report }: ReplayReport) => {
  const { examples: _examples, open: _open, ...counted } = tally;
  return { ...report, ...counted };
};

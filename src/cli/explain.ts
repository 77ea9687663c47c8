import { Command } from 'commander';
import { stringify } from 'yaml';
import { timesTaken } from '../domain/times.js';
import type { Zone } from '../domain/zone.js';
import type { ExplainRequest, Explanation } from '../explain/explanation.js';
import { plainExplanation } from '../explain/plain.js';
import { explain } from '../programs/explain/explain.js';
import { page } from '../terminal/pager.js';
import { print, printAll, styled, terminalOf, widthOf } from '../terminal/print.js';
import { visible, visibleJson, visibleLines } from '../terminal/visible.js';
import { LocalClock } from './clock.js';
import { count } from './columns.js';
import { timeOf, whole, zoneOption } from './options.js';
import { runRows } from './story/decision.js';
import { linesOf as linesOfRow } from './story/row.js';
import { storyLines } from './story/story.js';

interface Options {
  readonly conversation?: string;
  readonly limit: number;
  readonly at?: string;
  readonly diff?: boolean;
  readonly anonymous?: boolean;
  readonly json?: boolean;
  readonly zone: Zone;
  readonly pager: boolean;
}

export const explaining = (): Command =>
  new Command('explain')
    .description(
      'Tell what happened to a message, and why: which apps saw it and what they answered, what was sent, every attempt and report, and which code decided. Reads the store beside a running router.',
    )
    .argument('[message]', 'the id of a message, in or out; a shortened one (01a214aa…6771) will do')
    .option(
      '--conversation <who>',
      'all of a conversation: BACKEND:IDENTITY, or a number that is in one backend only',
    )
    .option('--limit <count>', 'of a conversation: the last so many messages; 0: all', whole, 50)
    .option(
      '--at <when>',
      'only up to a revision or a time (312, 2026-03-01T08:00, yesterday), and what was known then',
    )
    .option('--diff', 'after each event, what it changed in what is known')
    .option('--anonymous', 'made-up numbers and names, the same for the same: to be shown to someone else')
    .option('--json', 'one JSON object, with every event as it is stored')
    .addOption(zoneOption('the zone of the times'))
    .option('--no-pager', 'do not use a pager (PAGER, or less) for what is longer than the terminal')
    .action(async (message: string | undefined, options: Options, command: Command) => {
      if ((message === undefined) === (options.conversation === undefined))
        command.error('error: name a message, or a conversation with --conversation');
      const explanation = await explain(requestOf(message, options, command));
      if (options.json === true) {
        print(visibleJson(plainExplanation(explanation)));
        return;
      }
      const lines = linesOf(explanation, options);
      await (options.pager ? page(lines) : printAll(lines));
    });

const requestOf = (
  message: string | undefined,
  { conversation, limit, at, diff, anonymous, zone }: Options,
  command: Command,
): ExplainRequest => ({
  ...(message === undefined ? {} : { message }),
  ...(conversation === undefined ? {} : { conversation }),
  ...(limit === 0 ? {} : { count: limit }),
  ...(at === undefined ? {} : { at: placeOf(at, zone, command) }),
  withChanges: diff === true,
  anonymous: anonymous === true,
});

function* linesOf(explanation: Explanation, { zone, at }: Options): Generator<string, void, undefined> {
  const clock = new LocalClock(zone);
  const { state, withoutApps, hasEarlier, missing, note } = explanation;
  yield* header(explanation, clock);
  if (missing > 0) yield `${count(missing)} events before that were cut away: what they told is not known.`;
  if (hasEarlier) yield 'Earlier messages are not shown: --limit 0 shows all.';
  if (note !== undefined) yield note;
  yield* storyLines(explanation, clock, terminalOf());
  yield* runLines(explanation, clock);
  if (state !== undefined && at !== undefined) yield* ['', ...stateLines(state)];
  if (withoutApps !== undefined)
    yield* ['', `The memory of the apps is not shown: ${visibleLines(withoutApps)}`];
}

const header = (
  { connection, revision, missing, firstAt, lastAt }: Explanation,
  clock: LocalClock,
): readonly string[] => {
  const events = Number(revision) + 1 - missing;
  const who = styled(`${visible(connection.backend)}  ${visible(connection.identity)}`, 'strong');
  const extent = `${count(events)} ${events === 1 ? 'event' : 'events'} since ${clock.day(firstAt)}, last ${clock.moment(lastAt)} (${clock.zone})`;
  const line = `${who}      ${extent}`;
  const { width = Number.POSITIVE_INFINITY } = terminalOf();
  return widthOf(line) <= width ? [line] : [who, `  ${extent}`];
};

const runLines = ({ codes }: Explanation, clock: LocalClock): readonly string[] => {
  const rows = runRows(codes.values(), clock);
  if (rows.length === 0) return [];
  return [
    '',
    styled('decided by the routers', 'strong'),
    ...rows.flatMap((row) => linesOfRow(row, terminalOf())),
  ];
};

const stateLines = (state: NonNullable<Explanation['state']>): readonly string[] => [
  styled('known then', 'strong'),
  ...stringify(state)
    .trimEnd()
    .split('\n')
    .map((line) => `  ${line}`),
];

/** A revision, or the last moment of what is named. */
const placeOf = (text: string, zone: Zone, command: Command): NonNullable<ExplainRequest['at']> => {
  if (/^\d{1,15}$/.test(text)) return { revision: BigInt(text) };
  const named = { option: '--at', takes: `a revision (312) or ${timesTaken}`, text, zone };
  const from = timeOf(command, { ...named, end: 'since' });
  const to = timeOf(command, { ...named, end: 'until' });
  return { time: new Date(from === to ? to : to - 1).toISOString() };
};

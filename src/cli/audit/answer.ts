import { once } from 'node:events';
import type { Command } from 'commander';
import type { GroupsAnswer, MessagesAnswer } from '../../audit/answers.js';
import type { EventsAnswer } from '../../audit/events.js';
import type { Form } from '../../audit/output.js';
import type { Asked } from '../../audit/reading.js';
import type { Stranger } from '../../audit/values.js';
import { onUnread, print, printError } from '../../terminal/print.js';
import { visible, visibleJson } from '../../terminal/visible.js';
import { count } from '../columns.js';

export interface OutputOptions {
  readonly json?: boolean;
  readonly ndjson?: boolean;
  readonly csv?: boolean;
  readonly csvRaw?: boolean;
}

/** Which form was asked for; undefined: a table. */
export const formOf = (
  { json, ndjson, csv, csvRaw }: OutputOptions,
  command: Command,
): Form | 'json' | undefined => {
  if ([json, ndjson, csv, csvRaw].filter(Boolean).length > 1)
    command.error('error: an answer has one form: --json, --ndjson, --csv or --csv-raw');
  if (json) return 'json';
  if (ndjson) return 'ndjson';
  if (csv) return 'csv';
  return csvRaw ? 'csv-raw' : undefined;
};

export const printJson = (answer: object): void => print(visibleJson(JSON.stringify(answer)));

/** As it is, byte by byte: a file is no terminal. @param isRecorded - how much was read is still to be told when nobody reads on */
export const printLines = async (lines: AsyncIterable<string>, isRecorded = false): Promise<void> => {
  const { stdout } = process;
  if (isRecorded) onUnread(() => undefined);
  for await (const line of lines) {
    if (stdout.destroyed) return;
    if (!stdout.write(line))
      await Promise.race([once(stdout, 'drain'), once(stdout, 'close')]).catch(() => undefined);
  }
};

/** Under a table: which part of it this is, between which instants it was looked for, and how far it can be trusted. */
export const printEnd = (answer: MessagesAnswer | GroupsAnswer | EventsAnswer): void => {
  if ('messages' in answer && answer.messages.length > 0) printPart(answer);
  if ('groups' in answer && answer.groups.length < answer.all.groups)
    print(`${count(answer.groups.length)} of ${count(answer.all.groups)} groups.`);
  if ('groups' in answer && answer.leftOut !== undefined)
    print(
      `Not counted, since its phones are played: ${answer.leftOut.map(visible).join(', ')}. --testers counts them too.`,
    );
  if ('events' in answer && answer.next !== undefined)
    print(`There are more. Next page: --after ${answer.next}`);
  const { since, until, by } = answer.range;
  if (since !== undefined || until !== undefined) print(`${between(since, until)}, by ${by}.`);
  else if ('events' in answer) print(`By ${by}.`);
  if ('cost' in answer && answer.cost !== undefined) printError(answer.cost);
  if ('groups' in answer) for (const stranger of answer.unknown ?? []) print(strangerSentence(stranger));
  if ('note' in answer && answer.note !== undefined) printError(visible(answer.note));
  if ('ahead' in answer && answer.ahead !== undefined)
    printError(`A clock was ahead: the newest message bears the time ${answer.ahead}.`);
  if ('fresh' in answer && answer.fresh.said !== '') printError(answer.fresh.said);
};

const printPart = ({ messages, matching, orMore, next }: MessagesAnswer): void => {
  const all = `${orMore ? 'more than ' : ''}${count(matching)}`;
  const more = next === undefined ? '' : ` Next page: --after ${next}`;
  print(`${count(messages.length)} of ${all}.${more}`);
};

const between = (since: string | undefined, until: string | undefined): string =>
  [
    since === undefined ? '' : `From ${since}`,
    until === undefined ? '' : `${since === undefined ? 'Until' : 'until'} ${until}`,
  ]
    .filter((part) => part !== '')
    .join(' ');

const shown = [
  'direction',
  'backend',
  'app',
  'status',
  'outcome',
  'code',
  'identity',
  'to',
  'from',
  'correlation',
  'words',
];

/** Nothing could be looked through. */
export const notKnown = 'It is not known yet.';

/** What was looked for, when there is none of it. */
export const noneOf = (
  things: string,
  asked: Asked,
  begins: string | undefined,
  { fresh, unknown = [] }: Partial<Pick<MessagesAnswer, 'fresh' | 'unknown'>> = {},
): string => {
  // Nothing has been looked through, or not all of it.
  if (fresh?.states === 'none') return notKnown;
  if (fresh?.states === 'incomplete') return 'None is known yet.';
  const parts = Object.entries(asked)
    .filter(([part, values]) => (shown.includes(part) || !(part in sorted)) && (values ?? []).length > 0)
    .map(([part, values]) => `${spoken(part)} ${visible((values ?? []).join(','))}`);
  const store = begins === undefined ? 'The store is empty.' : `The store begins on ${begins}.`;
  const strangers = unknown.map(strangerSentence);
  return [`No ${things}${parts.length === 0 ? '' : ` with ${parts.join(', ')}`}.`, ...strangers, store].join(
    ' ',
  );
};

/** More names are no help to who mistyped one. */
const namedAtMost = 20;

const strangerSentence = ({ part, value, known }: Stranger): string => {
  const names = known.slice(0, namedAtMost).map(visible);
  const more = known.length > names.length ? ', …' : '';
  return `No message has the ${part} ${visible(value)}${names.length === 0 ? '' : `: there are ${names.join(', ')}${more}`}.`;
};

/** `slowerThan` is asked for as slower than. */
const spoken = (part: string): string => part.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

const sorted = { order: 0, limit: 0, zone: 0, after: 0, since: 0, until: 0, by: 0, times: 0 };

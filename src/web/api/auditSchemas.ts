// What the questions of the audit take and answer, as the document of the API shows it. What a part takes is checked where it is read.
import { z } from 'zod';
import { directions, outcomes, statuses } from '../../audit/values.js';

const part = (description: string) =>
  z
    .union([z.string(), z.array(z.string())])
    .optional()
    .meta({ description });

const range = {
  since: part('From when on: 2026-03-01, 2026-03-01T08:00, 2026-03, 7d, 12h, yesterday, today.'),
  until: part('To when; a bare date is that whole day.'),
  zone: part('Of dates and hours: Africa/Kampala, +05:45. Default: UTC.'),
  order: part('newest or oldest first.'),
  limit: part('So many: 1 to 10000. Default: 50; of a file all.'),
  after: part('What the page before gave as next.'),
  format: part('json, ndjson, csv for spreadsheets, csv-raw. Default: as the request accepts.'),
};

/** Unknown parts are told by who reads them, with those that there are. */
export const messagesQuery = z.looseObject({
  ...range,
  direction: part(directions.join(' or ')),
  backend: part('Names, apart by commas.'),
  app: part('Names, apart by commas; none for messages without one.'),
  status: part(`Some of ${statuses.join(', ')}.`),
  outcome: part(`Of the routing, some of ${outcomes.join(', ')}, none.`),
  code: part('Of the last failed attempt.'),
  identity: part('A number in any spelling, or a name.'),
  to: part('What went out to this identity.'),
  from: part('What came in from this identity.'),
  correlation: part('Id of the message or job that started it all.'),
  words: part('All of these words; “…” for words next to each other, * for beginnings.'),
  slowerThan: part('500ms, 5s, 2m, 1h.'),
  by: part(
    'Counts in groups: hour, day, week, month, direction, backend, app, status, outcome, code, identity, text.',
  ),
  times: part('true: with how long things took.'),
  testers: part('true: played phones are counted too; false: they are left out of lists.'),
});

export const eventsQuery = z.looseObject({
  ...range,
  type: part('Types of events, apart by commas.'),
  category: part('Categories of streams, apart by commas.'),
  stream: part('One stream.'),
  identity: part('Of the conversation with it.'),
  backend: part('With an identity that several backends know.'),
  correlation: part('Id of the message or job that started it all.'),
});

export const liveQuery = z.looseObject({
  type: part('Types of events, apart by commas.'),
  category: part('Categories of streams, apart by commas.'),
  stream: part('One stream.'),
  correlation: part('Id of the message or job that started it all.'),
  backend: part('Names, apart by commas.'),
  identity: part('A number in any spelling, or a name.'),
  app: part('Names, apart by commas.'),
  direction: part(directions.join(' or ')),
  outcome: part('Of the routing.'),
  status: part('What an event makes of its message.'),
  code: part('Of failed attempts.'),
  words: part('All of these words.'),
  since: part('From when on; else from now on.'),
  after: part('The position of the last event that is known.'),
  zone: part('Of dates and hours. Default: UTC.'),
});

const rangeAnswer = z.object({
  since: z.string().optional(),
  until: z.string().optional(),
  zone: z.string(),
  by: z.string(),
});

export const freshSchema = z.object({
  states: z.enum(['complete', 'former', 'incomplete', 'none']),
  behind: z.int().optional().meta({ description: 'Events that are stored and not in the answer.' }),
  orMore: z.boolean().optional(),
  part: z.number().optional().meta({ description: 'Of what is being made, which part is there: 0 to 1.' }),
  fault: z.string().optional(),
  said: z.string(),
});

const unknown = z
  .array(z.object({ part: z.string(), value: z.string(), known: z.array(z.string()) }))
  .optional()
  .meta({ description: 'Where nothing was found: what was asked for that nothing has.' });

const messageSchema = z.looseObject({
  messageId: z.string(),
  direction: z.enum(directions),
  backend: z.string(),
  identity: z.string(),
  status: z.string(),
  at: z.string(),
  text: z.string().optional(),
  app: z.string().optional(),
});

const pageSchema = z.object({
  messages: z.array(messageSchema),
  next: z.string().optional().meta({ description: 'To ask with for the page after this one.' }),
  matching: z.int(),
  orMore: z.boolean(),
  range: rangeAnswer,
  fresh: freshSchema,
  ahead: z.string().optional(),
  unknown,
});

const groupsSchema = z.object({
  groups: z.array(z.looseObject({ values: z.record(z.string(), z.string()), n: z.int() })),
  all: z.object({ groups: z.int(), n: z.int() }),
  leftOut: z.array(z.string()).optional(),
  range: rangeAnswer,
  fresh: freshSchema,
  unknown,
});

export const messagesAnswer = z.union([pageSchema, groupsSchema]);

export const eventsAnswer = z.object({
  events: z.array(
    z.looseObject({
      id: z.string(),
      stream: z.string(),
      revision: z.string(),
      position: z.string(),
      type: z.string(),
      recordedAt: z.string(),
      data: z.unknown(),
      metadata: z.unknown(),
    }),
  ),
  next: z.string().optional(),
  range: rangeAnswer,
  cost: z.string().optional(),
});

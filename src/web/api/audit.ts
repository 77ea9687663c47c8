// `GET /messages`, `/events`, and `/events/stream` for what comes: the questions of `threadless audit`, part by part as parameters.
import { Readable } from 'node:stream';
import type { Visitor } from '../../access/visitor.js';
import type { AuditEvent } from '../../audit/events.js';
import { TooManyGroups } from '../../audit/groups.js';
import {
  type Columns,
  columnsOfEvents,
  columnsOfGroups,
  columnsOfMessages,
  type Form,
  formTypes,
  type Row,
  rowOfEvent,
  rowOfGroup,
  written,
} from '../../audit/output.js';
import { type Asked, AuditError } from '../../audit/reading.js';
import type { Questions } from '../../audit/recorded.js';
import { shortenedQuestions } from '../../audit/shortened.js';
import { eventsAnswer, eventsQuery, liveQuery, messagesAnswer, messagesQuery } from './auditSchemas.js';
import { LiveStreams } from './liveStream.js';
import { Problem } from './problem.js';
import { type ApiAnswer, type ApiRoute, apiRoute, type Call } from './route.js';

export interface AuditNeeds {
  /** By who asks. */
  readonly questions: (by: string) => Questions;
}

const fileTypes = ['application/json', 'application/x-ndjson', 'text/csv'] as const;

export const auditRoutes = (needs: AuditNeeds): readonly ApiRoute[] => {
  const streams = new LiveStreams();
  const of = (visitor: Visitor) => questionsFor(needs, visitor);
  return [
    apiRoute({
      method: 'get',
      path: '/messages',
      summary: 'Messages that match, page by page; all of them as a file; or how many, in groups (by).',
      tag: 'messages',
      right: 'see',
      query: messagesQuery,
      answers: {
        200: { description: 'A page, groups, or a file.', schema: messagesAnswer, types: fileTypes },
      },
      handle: (call) => inProblems(() => answerMessages(call, of(call.visitor))),
    }),
    apiRoute({
      method: 'get',
      path: '/events',
      summary: 'Events as they are stored, page by page; all that match as a file.',
      tag: 'messages',
      right: 'see',
      query: eventsQuery,
      answers: { 200: { description: 'A page, or a file.', schema: eventsAnswer, types: fileTypes } },
      handle: (call) => inProblems(() => answerEvents(call, of(call.visitor))),
    }),
    apiRoute({
      method: 'get',
      path: '/events/stream',
      summary: 'What happens, as server-sent events. Last-Event-ID goes on after that one.',
      tag: 'messages',
      right: 'see',
      query: liveQuery,
      answers: { 200: { description: 'Events as they come. The id of each is its position.' } },
      handle: ({ query, header, visitor, gone }) =>
        inProblems(() => streams.answer(of(visitor), askedIn(query), header('Last-Event-ID'), gone)),
    }),
  ];
};

/** Of who may not see whole numbers the answers have none. */
export const questionsFor = ({ questions }: AuditNeeds, { by, seesNumbers }: Visitor): Questions =>
  seesNumbers ? questions(by) : shortenedQuestions(questions(by));

/** @throws {Problem} for what is asked wrongly */
export const inProblems = async <Answer>(act: () => Promise<Answer>): Promise<Answer> => {
  try {
    return await act();
  } catch (error) {
    if (error instanceof AuditError || error instanceof TooManyGroups) throw new Problem(400, error.message);
    throw error;
  }
};

type Query = Readonly<Record<string, unknown>>;
type Asking = Call<unknown, Query, unknown>;

const answerMessages = async (call: Asking, audit: Questions): Promise<ApiAnswer> => {
  const [form, asked] = [formOf(call), askedIn(call.query)];
  const answer = await audit.messages(asked);
  const said = answer.fresh.said === '' ? {} : { 'X-Threadless-Fresh': encodeURI(answer.fresh.said) };
  if (form === 'json') return { status: 200, body: answer, headers: said };
  if ('groups' in answer) {
    const by = (asked.by ?? []).flatMap((names) => names.split(','));
    const columns = columnsOfGroups(by, asked.times !== undefined);
    return file(form, columns, answer.groups.map(rowOfGroup), said);
  }
  const rows = asked.limit === undefined ? audit.allMessages(asked) : answer.messages;
  return file(form, columnsOfMessages, rows, said);
};

const answerEvents = async (call: Asking, audit: Questions): Promise<ApiAnswer> => {
  const [form, asked] = [formOf(call), askedIn(call.query)];
  if (form === 'json') return { status: 200, body: await audit.events(asked) };
  const events =
    asked.limit === undefined ? await audit.allEvents(asked) : (await audit.events(asked)).events;
  return file(form, columnsOfEvents, rowsOf(events));
};

async function* rowsOf(events: AsyncIterable<AuditEvent> | readonly AuditEvent[]) {
  for await (const event of events) yield rowOfEvent(event);
}

/** One that breaks off closes the connection without an end, besides that its last line is missing. */
const file = (
  form: Form,
  columns: Columns,
  rows: AsyncIterable<Row> | Iterable<Row>,
  headers: Readonly<Record<string, string>> = {},
): ApiAnswer => ({
  status: 200,
  streamed: { type: formTypes[form], headers, content: Readable.from(written(form, columns, rows)) },
});

const forms: readonly (Form | 'json')[] = ['json', 'ndjson', 'csv', 'csv-raw'];

/** As the parameter says, else as the request accepts. */
const formOf = ({ query: { format }, accepts }: Asking): Form | 'json' => {
  if (format === undefined) {
    const accepted = accepts(...fileTypes);
    if (accepted === 'application/x-ndjson') return 'ndjson';
    return accepted === 'text/csv' ? 'csv' : 'json';
  }
  const known = forms.find((form) => form === format);
  if (known !== undefined) return known;
  throw new Problem(
    400,
    `format: expected ${forms.join(', ')}, got “${askedIn({ given: format }).given?.join(', ')}”.`,
  );
};

const askedIn = (query: Query): Asked =>
  Object.fromEntries(
    Object.entries(query)
      .filter(([name, value]) => name !== 'format' && value !== undefined)
      .map(([name, value]) => [name, Array.isArray(value) ? value.map(String) : [String(value)]]),
  );

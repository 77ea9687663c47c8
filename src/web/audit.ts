import { Readable } from 'node:stream';
import type Router from '@koa/router';
import type { RouterContext } from '@koa/router';
import { may } from '../access/rights.js';
import type { AuditEvent } from '../audit/events.js';
import { TooManyGroups } from '../audit/groups.js';
import {
  type Columns,
  columnsOfEvents,
  columnsOfGroups,
  columnsOfMessages,
  type Form,
  type Row,
  rowOfEvent,
  rowOfGroup,
  written,
} from '../audit/output.js';
import { type Asked, AuditError } from '../audit/reading.js';
import type { Questions } from '../audit/recorded.js';
import { StoreError } from '../store/port.js';
import { Problem } from './api/problem.js';
import { LiveStreams } from './live.js';
import type { Visitors } from './visitors/visitors.js';

/**
 * `GET /api/v1/messages`, `/api/v1/events`, and `/api/v1/events/stream` for what comes: the questions of `threadless audit`, part by part as parameters.
 *
 * @param questions - of who asks
 * @param stopping - the server stops
 */
export const mountAudit = (
  router: Router,
  questions: (by: string) => Questions,
  callerOf: Visitors['callerOf'],
  stopping: AbortSignal,
): void => {
  const streams = new LiveStreams(stopping);
  const ofCaller = async (ctx: RouterContext): Promise<Questions> => {
    const visitor = await callerOf(ctx);
    if (!may(visitor, 'see')) throw new Problem(403, `${visitor.name} may not see this.`);
    return questions(visitor.by);
  };
  router.get('/api/v1/messages', inSentences, async (ctx) => answerMessages(ctx, await ofCaller(ctx)));
  router.get('/api/v1/events/stream', inSentences, async (ctx) =>
    streams.answer(ctx, await ofCaller(ctx), askedIn(ctx)),
  );
  router.get('/api/v1/events', inSentences, async (ctx) => answerEvents(ctx, await ofCaller(ctx)));
};

/** What is asked wrongly, or cannot be read now. */
const inSentences = async (ctx: RouterContext, next: () => Promise<unknown>): Promise<void> => {
  try {
    await next();
  } catch (error) {
    if (error instanceof AuditError || error instanceof TooManyGroups) ctx.throw(400, error.message);
    if (!(error instanceof StoreError)) throw error;
    ctx.status = 503;
    ctx.set('Retry-After', '5');
    ctx.body = `The events cannot be read now: ${error.message}\n`;
  }
};

const answerMessages = async (ctx: RouterContext, audit: Questions): Promise<void> => {
  const [form, asked] = [formOf(ctx), askedIn(ctx)];
  const answer = await audit.messages(asked);
  if (form === 'json') {
    ctx.body = answer;
  } else if ('groups' in answer) {
    const by = (asked.by ?? []).flatMap((names) => names.split(','));
    send(ctx, form, columnsOfGroups(by, asked.times !== undefined), answer.groups.map(rowOfGroup));
  } else {
    send(
      ctx,
      form,
      columnsOfMessages,
      asked.limit === undefined ? audit.allMessages(asked) : answer.messages,
    );
  }
  if ('fresh' in answer && answer.fresh.said !== '')
    ctx.set('X-Threadless-Fresh', encodeURI(answer.fresh.said));
};

const answerEvents = async (ctx: RouterContext, audit: Questions): Promise<void> => {
  const [form, asked] = [formOf(ctx), askedIn(ctx)];
  if (form === 'json') ctx.body = await audit.events(asked);
  else {
    const events =
      asked.limit === undefined ? await audit.allEvents(asked) : (await audit.events(asked)).events;
    send(ctx, form, columnsOfEvents, rowsOf(events));
  }
};

async function* rowsOf(events: AsyncIterable<AuditEvent> | readonly Parameters<typeof rowOfEvent>[0][]) {
  for await (const event of events) yield rowOfEvent(event);
}

const types: Readonly<Record<Form, string>> = {
  ndjson: 'application/x-ndjson; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
  'csv-raw': 'text/csv; charset=utf-8',
};

/** One that breaks off closes the connection without an end, besides that its last line is missing. */
const send = (
  ctx: RouterContext,
  form: Form,
  columns: Columns,
  rows: AsyncIterable<Row> | Iterable<Row>,
): void => {
  ctx.type = types[form];
  ctx.body = Readable.from(written(form, columns, rows));
};

const forms: readonly (Form | 'json')[] = ['json', 'ndjson', 'csv', 'csv-raw'];

/** As the parameter says, else as the request accepts. */
const formOf = (ctx: RouterContext): Form | 'json' => {
  const given = ctx.query.format;
  if (given !== undefined)
    return (
      forms.find((form) => form === given) ??
      ctx.throw(400, `format: expected ${forms.join(', ')}, got “${String(given)}”.`)
    );
  const accepted = ctx.accepts('application/json', 'application/x-ndjson', 'text/csv');
  if (accepted === 'application/x-ndjson') return 'ndjson';
  return accepted === 'text/csv' ? 'csv' : 'json';
};

const askedIn = (ctx: RouterContext): Asked =>
  Object.fromEntries(
    Object.entries(ctx.query)
      .filter(([name, value]) => name !== 'format' && value !== undefined)
      .map(([name, value]) => [name, Array.isArray(value) ? value : [value ?? '']]),
  );

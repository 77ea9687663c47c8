import { z } from 'zod';
import { shortenedNumber } from '../../access/numbers.js';
import type { Visitor } from '../../access/visitor.js';
import { connectionOf } from '../../domain/connection.js';
import type { FailedCall } from '../../webhooks/failed.js';
import { webhookEvents } from '../../webhooks/settings.js';
import { UnknownWebhook, type WebhookSupervision } from '../../webhooks/supervision.js';
import { Problem } from './problem.js';
import { type ApiRoute, apiRoute } from './route.js';

const time = z.string().meta({ description: 'ISO, UTC.' });

const report = z.object({
  name: z.string(),
  state: z.enum(['stopped', 'catching-up', 'running', 'failing']),
  reason: z.string().optional(),
  url: z.string().meta({ description: 'Without credentials.' }),
  events: z.array(z.enum(webhookEvents)),
  backends: z.array(z.string()).optional().meta({ description: 'Absent: all.' }),
  node: z.string().optional().meta({ description: 'Which process tells it; absent: none.' }),
  waiting: z.int().optional().meta({ description: 'Calls that wait, as far as they were read.' }),
  failing: z.int().optional().meta({ description: 'Conversations of which a call is tried again.' }),
  oldest: time.optional().meta({ description: 'When the event of the oldest call that waits was stored.' }),
  acceptedAt: time.optional(),
  failure: z.object({ at: time, code: z.string(), detail: z.string() }).optional(),
  putAside: z.int(),
  orMore: z.boolean().meta({ description: 'More than that were put aside: they were not counted further.' }),
});

const call = z.object({
  eventId: z.string().meta({ description: 'Of the event that it tells, and the `webhook-id` of the call.' }),
  type: z.string(),
  backend: z.string(),
  identity: z.string(),
  correlationId: z.string(),
  code: z.enum(['refused', 'no-answer', 'crowded', 'newer']),
  detail: z.string(),
  attempts: z.int(),
  refusedSince: time.optional(),
  abandonedAt: time,
  place: z.string(),
});

const place = z.string().regex(/^\d{1,18}$/, 'expected a place, as an answer told it');

const resendBody = z
  .strictObject({
    ids: z.array(z.string()).min(1).max(1_000).optional(),
    upTo: place.optional().meta({ description: 'All that were put aside up to this place.' }),
    why: z.string().max(1_000).optional(),
  })
  .refine(({ ids, upTo }) => (ids === undefined) !== (upTo === undefined), {
    error: 'expected either ids or upTo',
  });

const resendAnswer = z.object({
  results: z.array(z.object({ eventId: z.string(), problem: z.string().optional() })),
});

const [tag, named] = ['webhooks', z.object({ name: z.string() })] as const;

/** What a program asks about webhooks, and does with what they refused. */
export const webhookRoutes = (webhooks: WebhookSupervision): readonly ApiRoute[] => [
  apiRoute({
    method: 'get',
    path: '/webhooks',
    summary: 'How each webhook is.',
    tag,
    right: 'see',
    answers: {
      200: { description: 'All that are configured.', schema: z.object({ webhooks: z.array(report) }) },
    },
    handle: async () => ({ status: 200, body: { webhooks: await webhooks.list() } }),
  }),
  apiRoute({
    method: 'get',
    path: '/webhooks/{name}/failed',
    summary: 'The calls that were put aside and not sent again, the newest first.',
    tag,
    right: 'see',
    params: named,
    query: z.object({
      limit: z.coerce.number().int().min(1).max(1_000).default(50),
      before: place.optional().meta({ description: '`next` of the page before.' }),
    }),
    answers: {
      200: {
        description: 'A page of them.',
        schema: z.object({ calls: z.array(call), next: z.string().optional() }),
      },
    },
    handle: async ({ params, query: { limit, before }, visitor }) => {
      const options = { limit, ...(before === undefined ? {} : { before }) };
      const { calls, hasMore } = await known(() => webhooks.failed(params.name, options));
      const next = hasMore ? calls.at(-1)?.place : undefined;
      const told = calls.map((one) => toldCall(one, visitor));
      return { status: 200, body: { calls: told, ...(next === undefined ? {} : { next }) } };
    },
  }),
  apiRoute({
    method: 'post',
    path: '/webhooks/{name}/resend',
    summary: 'Have calls sent again that were put aside.',
    tag,
    right: 'operate',
    params: named,
    body: resendBody,
    example: { ids: ['01956a5e-3a5b-7c52-9d0e-1f2a3b4c5d6e'], why: 'the register works again' },
    answers: { 200: { description: 'What became of each.', schema: resendAnswer } },
    handle: async ({ params, body: { ids, upTo, why }, visitor }) => {
      const signature = { by: visitor.by, ...(why === undefined ? {} : { why }) };
      const chosen = ids ?? (upTo === undefined ? {} : { upTo });
      const results = await known(() => webhooks.sendAgain(params.name, chosen, signature));
      return { status: 200, body: { results } };
    },
  }),
];

/** @throws {Problem} 404 */
const known = async <Result>(ask: () => Promise<Result>): Promise<Result> => {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof UnknownWebhook) throw new Problem(404, error.message);
    throw error;
  }
};

/** For who may not see numbers it names none, whoever quotes it. */
const toldCall = ({ stream, ...told }: FailedCall, { seesNumbers }: Visitor): z.output<typeof call> => {
  const { backend, identity } = connectionOf(stream) ?? { backend: '', identity: stream };
  const { eventId, type, code, attempts, refusedSince, abandonedAt, place, correlationId } = told;
  const since = refusedSince === undefined ? {} : { refusedSince };
  const common = { eventId, type, code, attempts, ...since, abandonedAt, place, correlationId, backend };
  if (seesNumbers) return { ...common, detail: told.detail, identity };
  const short = shortenedNumber(identity);
  return { ...common, detail: told.detail.replaceAll(identity, short), identity: short };
};

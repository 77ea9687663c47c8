// `/deadletters`: what waits for a person, and what becomes of it.
import { z } from 'zod';
import { shortenedNumber } from '../../access/numbers.js';
import type { Visitor } from '../../access/visitor.js';
import { AuditError } from '../../audit/reading.js';
import { shortenedText } from '../../audit/shortened.js';
import { type How, Unsettled } from '../../deadletters/bulk.js';
import type { DeadLetterDesk } from '../../deadletters/desk.js';
import { kinds, type Waiting } from '../../deadletters/waiting.js';
import { inProblems } from './audit.js';
import { freshSchema } from './auditSchemas.js';
import { Problem } from './problem.js';
import { type ApiRoute, apiRoute } from './route.js';

export interface DeadLettersNeeds {
  readonly desk: DeadLetterDesk;
}

const tag = 'dead letters';

const choice = {
  kind: z.enum(kinds),
  backend: z.string().min(1).optional(),
  cause: z.string().min(1).optional().meta({ description: 'As the list tells it: the same error.' }),
  identity: z.string().min(1).optional().meta({ description: 'In any spelling.' }),
};

const listQuery = z.object({
  ...choice,
  order: z.enum(['newest', 'oldest']).default('newest'),
  limit: z.coerce.number().int().min(1).max(1_000).default(50),
  after: z.string().optional().meta({ description: 'What the page before gave as next.' }),
});

const waitingSchema = z.object({
  id: z.string(),
  kind: z.enum(kinds),
  backend: z.string(),
  identity: z.string().optional(),
  text: z.string().optional(),
  at: z.string(),
  event: z.string(),
  reason: z.string(),
  cause: z.string(),
  request: z.object({ method: z.string(), url: z.string(), contentType: z.string() }).optional(),
});

const listAnswer = z.object({
  waiting: z.array(waitingSchema),
  next: z.string().optional(),
  matching: z.int(),
  orMore: z.boolean(),
  causes: z.array(z.object({ cause: z.string(), n: z.int() })),
  upTo: z
    .string()
    .optional()
    .meta({ description: 'The place up to which the list tells: for what is done to all of it.' }),
  fresh: freshSchema,
});

const why = z.string().trim().min(1).max(1_000).meta({ description: 'Recorded with the name of who asks.' });
const oneBody = z.strictObject({ why });
const allBody = z.strictObject({
  ...choice,
  upTo: z.string().min(1).meta({ description: 'As the list told it: what came later is left alone.' }),
  why,
});

const jobSchema = z.object({
  id: z.string(),
  how: z.enum(['requeue', 'discard']),
  by: z.string(),
  why: z.string(),
  chosen: z.string(),
  state: z.enum(['running', 'done', 'stopped', 'failed']),
  total: z.int(),
  done: z.int(),
  problems: z.array(z.object({ id: z.string(), problem: z.string() })),
  problemCount: z.int(),
  failure: z.string().optional(),
  startedAt: z.string(),
  endedAt: z.string().optional(),
});
const jobParams = z.object({ id: z.string() });

export const deadLetterRoutes = ({ desk }: DeadLettersNeeds): readonly ApiRoute[] => [
  apiRoute({
    method: 'get',
    path: '/deadletters',
    summary: 'What waits for a person, page by page, with the same errors together.',
    tag,
    right: 'see',
    query: listQuery,
    answers: { 200: { description: 'A page.', schema: listAnswer } },
    handle: ({ query: { limit, order, after, ...chosen }, visitor }) =>
      inProblems(async () => {
        const page = await desk.page(chosen, { limit, order, after }, visitor.by);
        return { status: 200, body: { ...page, waiting: page.waiting.map((one) => shownTo(visitor, one)) } };
      }),
  }),
  ...(['requeue', 'discard'] as const).flatMap((how) => [oneRoute(desk, how), allRoute(desk, how)]),
  apiRoute({
    method: 'get',
    path: '/deadletters/jobs/{id}',
    summary: 'How far a job over many is.',
    tag,
    right: 'see',
    params: jobParams,
    answers: { 200: { description: 'The job.', schema: jobSchema } },
    handle: async ({ params: { id } }) => ({ status: 200, body: desk.jobs.status(id) ?? noJob(id) }),
  }),
  apiRoute({
    method: 'post',
    path: '/deadletters/jobs/{id}/stop',
    summary: 'Stop a job after the one that it is dealing with.',
    tag,
    right: 'operate',
    params: jobParams,
    answers: { 200: { description: 'The job.', schema: jobSchema } },
    handle: async ({ params: { id } }) => ({ status: 200, body: desk.jobs.stop(id) ?? noJob(id) }),
  }),
];

const does = {
  requeue: 'routed anew, handed to the gateway anew, or read anew',
  discard: 'closed without another try',
} as const;

const oneRoute = (desk: DeadLetterDesk, how: How): ApiRoute =>
  apiRoute({
    method: 'post',
    path: `/deadletters/{id}/${how}`,
    summary: `One is ${does[how]}.`,
    tag,
    right: 'operate',
    params: z.object({ id: z.string() }),
    body: oneBody,
    example: { why: 'The app is mended.' },
    answers: { 204: { description: 'Done.' } },
    handle: async ({ params: { id }, body: { why }, visitor: { by } }) => {
      try {
        await desk.settle(how, id, { by, why });
      } catch (error) {
        if (error instanceof Unsettled) throw new Problem(409, error.message);
        throw error;
      }
      return { status: 204 };
    },
  });

const allRoute = (desk: DeadLetterDesk, how: How): ApiRoute =>
  apiRoute({
    method: 'post',
    path: `/deadletters/${how}`,
    summary: `All that a list showed are ${does[how]}, one after the other.`,
    tag,
    right: 'operate',
    body: allBody,
    example: { kind: 'inbound', upTo: '1', why: 'The app is mended.' },
    answers: { 202: { description: 'The job that does it.', schema: jobSchema } },
    handle: ({ body: { upTo, why, ...chosen }, visitor: { by } }) =>
      inProblems(async () => {
        if (!desk.isPlace(upTo)) throw new AuditError('upTo', 'what the list gave as upTo', upTo);
        return { status: 202, body: await desk.settleAll({ how, choice: chosen, upTo, by, why }) };
      }),
  });

const noJob = (id: string): never => {
  throw new Problem(404, `No job ${id}: it was of an earlier run of this process, or of another one.`);
};

/** As this visitor may see it. */
export const shownTo = ({ seesNumbers }: Visitor, waiting: Waiting): Omit<Waiting, 'revision'> => {
  const { id, kind, backend, at, event, cause, identity, text, request, reason } = waiting;
  const words = (said: string) => (seesNumbers ? said : shortenedText(said, identity));
  return {
    id,
    kind,
    backend,
    ...(identity === undefined ? {} : { identity: seesNumbers ? identity : shortenedNumber(identity) }),
    ...(text === undefined ? {} : { text }),
    at,
    event,
    reason: words(reason),
    cause,
    ...(request === undefined ? {} : { request: { ...request, url: words(request.url) } }),
  };
};

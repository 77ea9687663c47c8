import { z } from 'zod';
import type { BackendStatus } from '../../outbound/backendStatus.js';
import { type Backends, NoSuchBackend } from '../../outbound/backends.js';
import { PauseError } from '../../outbound/pauses.js';
import { Problem } from './problem.js';
import { type ApiAnswer, type ApiRoute, apiRoute } from './route.js';

const time = z.iso.datetime();

const backend = z.object({
  name: z.string(),
  engine: z.string(),
  state: z.enum(['stopped', 'catching-up', 'running', 'paused', 'held']).meta({
    description:
      'paused: by the person in `by`, or by itself while the gateway or the store is away; held: the gateway refuses us; stopped: no process delivers for it.',
  }),
  since: time.optional(),
  reason: z.string().optional().meta({ description: 'What the gateway said, or the person.' }),
  by: z.string().optional().meta({ description: 'The person who has paused it.' }),
  retryAt: time.optional().meta({ description: 'When the gateway is tried next.' }),
  node: z.string().optional().meta({ description: 'The process that delivers for it.' }),
  work: z
    .object({
      waiting: z.int(),
      isMore: z.boolean().meta({ description: 'Its window is full: more may wait in the store.' }),
      inFlight: z.int(),
      oldest: time.optional(),
    })
    .optional()
    .meta({
      description:
        'As its process told it last: some seconds ago, if that is another than the one that answers.',
    }),
  taken: z
    .object({ since: time, minutes: z.array(z.int()) })
    .optional()
    .meta({
      description: 'Texts that the gateway took in each of the last 30 minutes; the last is not over.',
    }),
  lastTaken: time.optional(),
  lastFailure: z.object({ at: time, code: z.string(), detail: z.string() }).optional(),
  configuration: z
    .record(z.string(), z.unknown())
    .meta({ description: 'Its keys of the configuration, secrets blanked.' }),
});

const params = z.object({ name: z.string() });

const why = z.string().trim().min(1).max(500);
const conflict = { 409: { description: 'It is so already.' } };

/** What is done with a backend, for programs: the same as its page. */
export const backendRoutes = ({
  backends,
}: {
  readonly backends: Pick<Backends, 'list' | 'one' | 'pause' | 'resume'>;
}): readonly ApiRoute[] => [
  apiRoute({
    method: 'get',
    path: '/backends',
    summary: 'The backends, in the order of the configuration: how their lanes are and why, and what waits.',
    tag: 'backends',
    right: 'see',
    answers: { 200: { description: 'All of them.', schema: z.object({ backends: z.array(backend) }) } },
    handle: async () => ({ status: 200, body: { backends: await backends.list() } }),
  }),
  apiRoute({
    method: 'get',
    path: '/backends/{name}',
    summary: 'One backend.',
    tag: 'backends',
    right: 'see',
    params,
    answers: { 200: { description: 'How it is.', schema: backend } },
    handle: ({ params: { name } }) => found(async () => backends.one(name)),
  }),
  apiRoute({
    method: 'post',
    path: '/backends/{name}/pause',
    summary: 'Stop its lane: texts wait, in order, until it is resumed. What is under way ends as it would.',
    tag: 'backends',
    right: 'operate',
    params,
    body: z.strictObject({ why }),
    example: { why: 'The gateway is repaired until noon.' },
    answers: { 200: { description: 'It is paused.', schema: backend }, ...conflict },
    handle: ({ params: { name }, body, visitor }) =>
      found(async () => {
        await backends.pause(name, visitor.by, body.why);
        return backends.one(name);
      }),
  }),
  apiRoute({
    method: 'post',
    path: '/backends/{name}/resume',
    summary: 'Let a lane go on that a person has stopped.',
    tag: 'backends',
    right: 'operate',
    params,
    body: z.strictObject({ why: why.optional() }),
    example: { why: 'It is repaired.' },
    answers: { 200: { description: 'It goes on.', schema: backend }, ...conflict },
    handle: ({ params: { name }, body, visitor }) =>
      found(async () => {
        await backends.resume(name, visitor.by, body.why);
        return backends.one(name);
      }),
  }),
];

const found = async (ask: () => Promise<BackendStatus>): Promise<ApiAnswer> => {
  try {
    return { status: 200, body: await ask() };
  } catch (error) {
    if (error instanceof NoSuchBackend) throw new Problem(404, error.message);
    if (error instanceof PauseError) throw new Problem(409, error.message);
    throw error;
  }
};

import { z } from 'zod';
import type { ReplayRun, ReplayRuns } from '../../replay/runs.js';
import { Problem } from './problem.js';
import { type ApiRoute, apiRoute } from './route.js';

export interface ReplaysApiNeeds {
  /** Undefined: this router cannot start any. */
  readonly runs: Pick<ReplayRuns, 'all' | 'get' | 'isBusy' | 'start' | 'stop'> | undefined;
}

const wish = z.strictObject({
  since: z.string().optional(),
  until: z.string().optional(),
  zone: z.string().optional(),
  backend: z.string().optional(),
  conversation: z.string().optional(),
  app: z.string().optional(),
  fromHere: z.boolean().optional(),
});

const run = z.looseObject({
  id: z.string(),
  by: z.string(),
  wish,
  startedAt: z.string(),
  endedAt: z.string().optional(),
  state: z.enum(['running', 'done', 'stopped', 'failed']),
  messages: z.int().optional(),
  done: z.int(),
  differences: z.array(z.looseObject({ kind: z.string(), messageId: z.string() })),
  summary: z.unknown().optional(),
  error: z.string().optional(),
});

const id = z.object({ id: z.string() });

export const replayRoutes = ({ runs }: ReplaysApiNeeds): readonly ApiRoute[] => {
  const found = (wanted: string): ReplayRun => {
    const known = runs?.get(wanted);
    if (known === undefined)
      throw new Problem(404, `There is no replay ${wanted}: the last 20 are kept, until the router stops.`);
    return known;
  };
  return [
    apiRoute({
      method: 'get',
      path: '/replays',
      summary: 'Replays that were started here, the last first, without their differences.',
      tag: 'replay',
      right: 'operate',
      answers: { 200: { description: 'All that are kept.', schema: z.object({ replays: z.array(run) }) } },
      handle: async () => ({
        status: 200,
        body: { replays: (runs?.all ?? []).map((one) => ({ ...one, differences: [] })) },
      }),
    }),
    apiRoute({
      method: 'post',
      path: '/replays',
      summary: 'Run messages of the past through the apps as they are now. One at a time.',
      tag: 'replay',
      right: 'operate',
      body: wish,
      example: { since: '7d' },
      answers: { 202: { description: 'It has begun.', schema: run } },
      handle: async ({ body, visitor }) => {
        if (runs === undefined) throw new Problem(409, 'This router cannot start a replay.');
        if (runs.isBusy) throw new Problem(409, 'Another replay is running: one at a time.');
        return { status: 202, body: runs.start(definedOf(body), visitor.by) };
      },
    }),
    apiRoute({
      method: 'get',
      path: '/replays/{id}',
      summary: 'How far a replay is, and what it found.',
      tag: 'replay',
      right: 'operate',
      params: id,
      answers: { 200: { description: 'The replay.', schema: run } },
      handle: async ({ params }) => ({ status: 200, body: found(params.id) }),
    }),
    apiRoute({
      method: 'post',
      path: '/replays/{id}/stop',
      summary: 'Stop a replay. What it has found stays.',
      tag: 'replay',
      right: 'operate',
      params: id,
      answers: { 200: { description: 'The replay.', schema: run } },
      handle: async ({ params }) => {
        runs?.stop(found(params.id).id);
        return { status: 200, body: found(params.id) };
      },
    }),
  ];
};

/** What is undefined is not there. */
const definedOf = (body: z.output<typeof wish>) =>
  Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));

// `/connections` and `/audit`: who there is, and who did what.
import { z } from 'zod';
import { shortenedNumber } from '../../access/numbers.js';
import { askActs } from '../../audit/lists/acts.js';
import type { ListSource } from '../../audit/lists/ask.js';
import { askConnections } from '../../audit/lists/connections.js';
import { shortenedFields } from '../../audit/shortened.js';
import { zoneOf } from '../../domain/zone.js';
import { inProblems } from './audit.js';
import { freshSchema } from './auditSchemas.js';
import { Problem } from './problem.js';
import { type ApiRoute, apiRoute } from './route.js';

export interface ListsNeeds {
  /** By who looks. */
  readonly source: (by: string) => ListSource;
  readonly now: () => number;
}

const text = z.string().min(1).optional();
const page = {
  order: z.enum(['newest', 'oldest']).default('newest'),
  limit: z.coerce.number().int().min(1).max(1_000).default(50),
  after: text.meta({ description: 'What the page before gave as next.' }),
};
const pageAnswer = {
  next: z.string().optional(),
  matching: z.int(),
  orMore: z.boolean(),
  fresh: freshSchema,
};

const connectionsQuery = z.object({
  backend: text,
  identity: text.meta({ description: 'A number in any spelling, or a name.' }),
  beginning: text.meta({ description: 'How an identity begins. For who sees whole numbers.' }),
  status: text.meta({ description: 'Of the last text to them.' }),
  ...page,
});

const connectionsAnswer = z.object({
  connections: z.array(
    z.object({
      backend: z.string(),
      identity: z.string(),
      firstSeenAt: z.string(),
      lastSeenAt: z.string(),
      received: z.int(),
      duplicates: z.int(),
      sent: z.int(),
      delivery: z
        .object({ messageId: z.string(), status: z.string(), at: z.string().optional() })
        .optional()
        .meta({ description: 'What became of the last text.' }),
    }),
  ),
  backends: z.array(z.string()),
  ...pageAnswer,
});

const several = z.union([z.string(), z.array(z.string())]).optional();
const actsQuery = z.object({
  by: several.meta({ description: 'Who.' }),
  type: several.meta({ description: 'What: types of events.' }),
  identity: text.meta({ description: 'To whose conversations.' }),
  since: text,
  until: text,
  zone: z.string().default('UTC'),
  ...page,
});

const actsAnswer = z.object({
  acts: z.array(z.looseObject({ id: z.string(), type: z.string(), by: z.string(), at: z.string() })),
  known: z.object({ by: z.array(z.string()), type: z.array(z.string()) }),
  range: z.object({ since: z.string().optional(), until: z.string().optional(), zone: z.string() }),
  ...pageAnswer,
});

export const connectionsRoute = ({ source }: ListsNeeds): ApiRoute =>
  apiRoute({
    method: 'get',
    path: '/connections',
    summary: 'Everyone whom the router talks to, with what came and went; who was heard of last comes first.',
    tag: 'conversations',
    right: 'see',
    query: connectionsQuery,
    answers: { 200: { description: 'A page.', schema: connectionsAnswer } },
    handle: ({ query, visitor: { by, seesNumbers } }) =>
      inProblems(async () => {
        if (query.beginning !== undefined && !seesNumbers)
          throw new Problem(403, 'beginning: who may not see whole numbers looks for whole numbers.');
        const answer = await askConnections(source(by), query);
        if (seesNumbers) return { status: 200, body: answer };
        const connections = answer.connections.map((one) => ({
          ...one,
          identity: shortenedNumber(one.identity),
        }));
        return { status: 200, body: { ...answer, connections } };
      }),
  });

export const actsRoute = ({ source, now }: ListsNeeds): ApiRoute =>
  apiRoute({
    method: 'get',
    path: '/audit',
    summary: 'Who did what: to messages, users and tokens, and, where it is recorded, who asked what.',
    tag: 'audit',
    right: 'see',
    query: actsQuery,
    answers: { 200: { description: 'A page.', schema: actsAnswer } },
    handle: ({ query: { by, type, zone: name, ...query }, visitor }) =>
      inProblems(async () => {
        const zone = zoneOf(name);
        if (zone === undefined) throw new Problem(400, `zone: expected a time zone, got “${name}”.`);
        const lists = { by: [by ?? []].flat(), type: [type ?? []].flat() };
        const answer = await askActs(source(visitor.by), { ...query, ...lists, zone, now: now() });
        const acts = visitor.seesNumbers ? answer.acts : answer.acts.map(shortenedFields);
        return { status: 200, body: { ...answer, acts } };
      }),
  });

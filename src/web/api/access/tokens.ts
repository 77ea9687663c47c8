import { z } from 'zod';
import { endOf } from '../../../access/lifetimes.js';
import { sameName, tokenStream } from '../../../access/names.js';
import { scopes } from '../../../access/visitor.js';
import { Problem } from '../problem.js';
import { type ApiRoute, apiRoute } from '../route.js';
import { type AccessApiNeeds, done, named, right, seesNumbers, tag, time } from './shared.js';

const token = z.object({
  name: z.string(),
  scopes: z.array(z.enum(scopes)),
  seesNumbers: z.boolean(),
  addedAt: time,
  addedBy: z.string(),
  endsAt: time,
});

const listTokens = ({ access }: AccessApiNeeds): ApiRoute =>
  apiRoute({
    method: 'get',
    path: '/tokens',
    summary: 'With which programs ask.',
    tag,
    right,
    answers: { 200: { description: 'All of them, by name.', schema: z.object({ tokens: z.array(token) }) } },
    handle: async () => {
      const all = access.directory.tokens.map(({ name, scopes, seesNumbers, addedAt, addedBy, endsAt }) => ({
        name,
        scopes,
        seesNumbers,
        addedAt,
        addedBy,
        endsAt,
      }));
      return { status: 200, body: { tokens: all } };
    },
  });

const addToken = ({ access, tokens, now }: AccessApiNeeds): ApiRoute =>
  apiRoute({
    method: 'post',
    path: '/tokens',
    summary: 'Make a token.',
    tag,
    right,
    body: z.strictObject({
      name: z.string(),
      scopes: z.array(z.enum(scopes)).min(1),
      ends: z.string().meta({ description: 'How long it works, in days: `90d`.' }),
      seesNumbers,
    }),
    answers: {
      201: {
        description: 'The token. It is told once.',
        schema: z.object({ token: z.string(), endsAt: time }),
      },
    },
    example: { name: 'shop', scopes: ['read', 'send'], ends: '90d' },
    handle: async ({ body, visitor }) => {
      const endsAt = endOf(body.ends, now());
      if (endsAt === undefined) throw new Problem(400, 'ends: expected days, at most 3650, such as 90d.');
      const text = await tokens.add(body.name, { ...body, endsAt }, visitor.by);
      await access.written(tokenStream(sameName(body.name)));
      return { status: 201, body: { token: text, endsAt } };
    },
  });

const revokeToken = ({ access, tokens }: AccessApiNeeds): ApiRoute =>
  apiRoute({
    method: 'delete',
    path: '/tokens/{name}',
    summary: 'Revoke a token.',
    tag,
    right,
    params: named,
    answers: done,
    handle: async ({ params: { name }, visitor }) => {
      await tokens.revoke(name, visitor.by);
      await access.written(tokenStream(sameName(name)));
      return { status: 204 };
    },
  });

export const tokensApi = (needs: AccessApiNeeds): readonly ApiRoute[] =>
  [listTokens, addToken, revokeToken].map((routeFor) => routeFor(needs));

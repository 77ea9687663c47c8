import { z } from 'zod';
import { shortenedNumber } from '../../access/numbers.js';
import { type Connection, conversationStream } from '../../domain/connection.js';
import { readTime, timesTaken } from '../../domain/times.js';
import type { Zone } from '../../domain/zone.js';
import type { Explainer } from '../../explain/explainer.js';
import type { ExplainRequest, Explanation } from '../../explain/explanation.js';
import { NotFound } from '../../explain/find.js';
import { plainExplanation } from '../../explain/plain.js';
import { Problem } from './problem.js';
import { type ApiAnswer, type ApiRoute, apiRoute, type Call } from './route.js';

export interface SendAsked {
  readonly text: string;
  readonly connections: readonly Connection[];
  readonly job?: string | undefined;
  readonly askedBy: string;
}

export interface SendTold {
  readonly connection: Connection;
  readonly messageId: string;
  readonly sent: boolean;
  readonly cancelledBy?: string;
  readonly repeated?: true;
}

export interface ConversationsApiNeeds {
  readonly explainer: (by: string) => Pick<Explainer, 'explain'>;
  /** Names of those that texts can go to. */
  readonly backends: readonly string[];
  send(order: SendAsked): Promise<readonly SendTold[]>;
  /** Of times that name none. */
  readonly zone: Zone;
  readonly now: () => number;
}

const connection = z.object({ backend: z.string(), identity: z.string().min(1) });

const story = z
  .object({
    connection,
    stream: z.string(),
    missing: z.int().meta({ description: 'Events that were cut away before the first that is left.' }),
    revision: z.string(),
    firstAt: z.string(),
    lastAt: z.string(),
    hasEarlier: z.boolean(),
    chains: z.array(z.looseObject({ way: z.enum(['in', 'out', 'none']) })).meta({
      description:
        'In the order of causes: each message with its decisions, facts and texts, each text with its attempts and reports.',
    }),
    codes: z
      .record(z.string(), z.unknown())
      .meta({ description: 'By the id of a decision: which code took it.' }),
    waits: z.record(z.string(), z.unknown()).optional().meta({
      description:
        'By the id of a text that waits since a person has paused its backend: who, since when and why.',
    }),
    state: z.unknown().optional(),
    changes: z.record(z.string(), z.unknown()).optional(),
    withoutApps: z.string().optional(),
  })
  .meta({ description: 'As `threadless explain --json` tells it.' });

const places = { backend: z.string(), identity: z.string() };
const limit = z.coerce.number().int().min(1).max(2_000).default(50);
const at = z
  .string()
  .meta({ description: `A revision of the conversation, or ${timesTaken}. Default: now.` })
  .optional();

const sendBody = z
  .strictObject({
    text: z.string().min(1),
    to: z.array(connection).min(1).max(1_000),
    job: z
      .string()
      .min(1)
      .max(200)
      .meta({
        description: 'What the texts belong to: asked for again with the same job, nobody gets one twice.',
      })
      .optional(),
  })
  .meta({ description: 'One text to each of some people.' });

const sendAnswer = z.object({
  results: z.array(
    z.object({
      connection,
      messageId: z.string(),
      sent: z.boolean().meta({ description: 'False: an app stopped it.' }),
      cancelledBy: z.string().optional(),
      repeated: z.literal(true).optional(),
    }),
  ),
});

export const conversationRoutes = (needs: ConversationsApiNeeds): readonly ApiRoute[] => [
  apiRoute({
    method: 'get',
    path: '/conversations/{backend}/{identity}',
    summary:
      'The story of a conversation: its last messages, what was decided on each and why, what became of each text.',
    tag: 'conversations',
    right: 'see',
    params: z.object(places),
    query: z.object({ limit }),
    answers: { 200: { description: 'The story.', schema: story } },
    handle: ({ params, query, visitor }) =>
      told(needs, visitor, { conversation: conversationStream(params), count: query.limit }),
  }),
  apiRoute({
    method: 'get',
    path: '/conversations/{backend}/{identity}/state',
    summary:
      'What was known at a point of a conversation, each app’s memory included, and what the last event changed in it.',
    tag: 'conversations',
    right: 'see',
    params: z.object(places),
    query: z.object({ at }),
    answers: {
      200: { description: 'The story up to there, its last message alone, with the state.', schema: story },
    },
    handle: ({ params, query, visitor }) =>
      told(needs, visitor, {
        conversation: conversationStream(params),
        at: placeOf(needs, query.at ?? 'now'),
        withChanges: true,
        count: 1,
      }),
  }),
  apiRoute({
    method: 'get',
    path: '/messages/{id}',
    summary: 'The story of one message, by its id or the beginning of it.',
    tag: 'messages',
    right: 'see',
    params: z.object({ id: z.string() }),
    answers: { 200: { description: 'The story.', schema: story } },
    handle: ({ params, visitor }) => told(needs, visitor, { message: params.id }),
  }),
  apiRoute({
    method: 'post',
    path: '/send',
    summary: 'Send a text, through the outgoing phase of the apps.',
    tag: 'messages',
    right: 'send',
    body: sendBody,
    example: {
      text: 'Clinic closed on Friday.',
      to: [{ backend: 'my-kannel-backend', identity: '+256772000375' }],
      job: 'closing-2026-03-06',
    },
    answers: { 200: { description: 'What became of it for each.', schema: sendAnswer } },
    handle: async ({ body, visitor }) => {
      for (const { backend } of body.to)
        if (!needs.backends.includes(backend))
          throw new Problem(
            400,
            `to: there is no backend ${backend}. There is: ${needs.backends.join(', ')}.`,
          );
      const { text, to, job } = body;
      return {
        status: 200,
        body: { results: await needs.send({ text, connections: to, job, askedBy: visitor.by }) },
      };
    },
  }),
];

const told = async (
  { explainer }: ConversationsApiNeeds,
  { by, seesNumbers }: Call<unknown, unknown, unknown>['visitor'],
  request: ExplainRequest,
): Promise<ApiAnswer> => {
  let explanation: Explanation;
  try {
    explanation = await explainer(by).explain(request);
  } catch (error) {
    if (error instanceof NotFound) throw new Problem(404, error.message);
    throw error;
  }
  const json = plainExplanation(explanation);
  return { status: 200, body: JSON.parse(seesNumbers ? json : withoutNumber(json, explanation)) };
};

/** Wherever it stands: texts and facts may name it too. */
const withoutNumber = (json: string, { connection: { identity }, stream }: Explanation): string => {
  const within = (text: string) => JSON.stringify(text).slice(1, -1);
  const short = within(shortenedNumber(identity));
  return json.replaceAll(within(stream), 'conversation').replaceAll(within(identity), short);
};

const placeOf = ({ zone, now }: ConversationsApiNeeds, text: string): NonNullable<ExplainRequest['at']> => {
  if (/^\d{1,18}$/.test(text)) return { revision: BigInt(text) };
  const time = readTime(text, 'until', zone, now());
  if (time === undefined) throw new Problem(400, `at: expected a revision or ${timesTaken}, got “${text}”.`);
  return { time: new Date(time).toISOString() };
};

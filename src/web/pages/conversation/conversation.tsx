// `/conversations/<backend>/<identity>/`: what was said to someone and by them, whether it arrived, and why.
import { type Connection, conversationStream } from '../../../domain/connection.js';
import type { Explainer } from '../../../explain/explainer.js';
import type { ExplainRequest, Explanation } from '../../../explain/explanation.js';
import { NotFound } from '../../../explain/find.js';
import type { ConversationPaths } from '../../api/paths.js';
import type { Ask } from '../asking.js';
import type { Form } from '../form.js';
import { PageError } from '../pageError.js';
import type { Answer, PageRoute } from '../route.js';
import { asTest, type WriteTest } from './asTest.js';
import { ConversationPage } from './page.js';

/** What becomes of a text that a person sends. */
export interface Sent {
  readonly sent: boolean;
  readonly cancelledBy?: string;
}

export interface ConversationNeeds {
  readonly explainer: (by: string) => Pick<Explainer, 'explain'>;
  readonly paths: ConversationPaths;
  /** Names of the backends that texts can go to, and of those whose phones are played. */
  readonly backends: readonly string[];
  readonly testers: readonly string[];
  send(connection: Connection, text: string, by: string): Promise<Sent>;
  readonly writeTest: WriteTest;
  /** Records, before it is shown, that someone asks for a whole number. */
  recordNumber(connection: Connection, by: string): Promise<void>;
}

const at = '/conversations/:backend/:identity/';

export const conversationPages = (needs: ConversationNeeds): readonly PageRoute[] => [
  { method: 'GET', path: at, right: 'see', answer: (ask) => show(needs, ask) },
  {
    method: 'GET',
    path: `${at}test/`,
    right: 'operate',
    answer: (ask) => asTest(needs.writeTest, connectionIn(needs, ask), ask),
  },
  { method: 'POST', path: `${at}number/`, right: 'operate', answer: (ask) => showNumber(needs, ask) },
  { method: 'POST', path: `${at}text/`, right: 'send', answer: (ask, form) => send(needs, ask, form) },
  { method: 'GET', path: '/message/:id/', right: 'see', answer: (ask) => toMessage(needs, ask) },
];

/** So many of the last messages, each with what followed from it. */
const shownAtFirst = 30;
const shownAtMost = 2_000;

const show = async (needs: ConversationNeeds, ask: Ask, number?: string): Promise<Answer> => {
  const connection = connectionIn(needs, ask);
  const { query } = ask;
  const message = query.get('message') ?? undefined;
  const count = Math.min(shownAtMost, wholeIn(query, 'count') ?? shownAtFirst);
  const story = await told(
    needs,
    ask,
    message === undefined ? { conversation: conversationStream(connection), count } : { message },
  );
  const last = Number(story.revision);
  const revision = wholeIn(query, 'at') ?? (last - story.missing < foldedUnasked ? last : undefined);
  const then = revision === undefined ? undefined : await thenOf(needs, ask, connection, revision);
  return {
    kind: 'page',
    title: 'Conversation',
    live: [ask.pathOf(connection)],
    body: (
      <ConversationPage
        story={story}
        then={then}
        revision={revision ?? last}
        count={message === undefined ? count : undefined}
        number={number}
        canSend={needs.backends.includes(connection.backend)}
        isPlayed={needs.testers.includes(connection.backend)}
      />
    ),
  };
};

/** Events of a conversation whose state is shown without being asked for: the whole of it is read for that. */
const foldedUnasked = 2_000;

const thenOf = (
  needs: ConversationNeeds,
  ask: Ask,
  connection: Connection,
  revision: number,
): Promise<Explanation> =>
  told(needs, ask, {
    conversation: conversationStream(connection),
    at: { revision: BigInt(revision) },
    withChanges: true,
    count: 1,
  });

const showNumber = async (needs: ConversationNeeds, ask: Ask): Promise<Answer> => {
  const connection = connectionIn(needs, ask);
  await needs.recordNumber(connection, ask.visitor.by);
  return show(needs, ask, connection.identity);
};

const send = async (needs: ConversationNeeds, ask: Ask, form: Form): Promise<Answer> => {
  const connection = connectionIn(needs, ask);
  const text = form.text('text').replaceAll('\r\n', '\n');
  const path = ask.pathOf(connection);
  if (text.trim() === '')
    return { kind: 'elsewhere', path, said: { tone: 'bad', text: 'Nothing was sent: the text is empty.' } };
  if (!needs.backends.includes(connection.backend))
    throw new PageError(409, `The backend ${connection.backend} is not in the configuration any more.`);
  const { sent, cancelledBy } = await needs.send(connection, text, ask.visitor.by);
  return {
    kind: 'elsewhere',
    path,
    said: sent
      ? { tone: 'ok', text: 'The text is on its way.' }
      : { tone: 'warn', text: `${cancelledBy} stopped the text: it will not go out.` },
  };
};

/** By its id alone: where it stands. */
const toMessage = async (needs: ConversationNeeds, ask: Ask): Promise<Answer> => {
  const { connection } = await told(needs, ask, { message: ask.params.id ?? '' });
  return {
    kind: 'elsewhere',
    path: `${ask.pathOf(connection)}?message=${encodeURIComponent(ask.params.id ?? '')}`,
  };
};

const told = async (
  { explainer }: ConversationNeeds,
  { visitor }: Ask,
  request: ExplainRequest,
): Promise<Explanation> => {
  try {
    return await explainer(visitor.by).explain(request);
  } catch (error) {
    if (error instanceof NotFound) throw new PageError(404, error.message);
    throw error;
  }
};

const connectionIn = ({ paths }: ConversationNeeds, { params }: Ask): Connection => {
  const connection = paths.connection(params.backend ?? '', params.identity ?? '');
  if (connection === undefined) throw new PageError(404, 'No conversation has this address.');
  return connection;
};

const wholeIn = (query: URLSearchParams, name: string): number | undefined => {
  const text = query.get(name);
  if (text === null || text === '') return undefined;
  if (!/^\d{1,9}$/.test(text)) throw new PageError(400, `${name}: expected a whole number, got “${text}”.`);
  return Number(text);
};

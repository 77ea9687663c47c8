// `/messages/`: where is that message?
import { Readable } from 'node:stream';
import type { MessagesAnswer } from '../../../audit/answers.js';
import type { Message } from '../../../audit/messages.js';
import { columnsOfMessages, type Form, formTypes, written } from '../../../audit/output.js';
import { type Asked, AuditError } from '../../../audit/reading.js';
import type { Questions } from '../../../audit/recorded.js';
import { questionsFor } from '../../api/audit.js';
import type { Ask } from '../asking.js';
import { addressOf, type Parts, valueIn } from '../lists/address.js';
import { type Seals, sealedParts } from '../lists/numbers.js';
import { turnedTo } from '../lists/turning.js';
import { PageError } from '../pageError.js';
import type { Answer, PageRoute } from '../route.js';
import { askedBy, choosing, filtersIn, typedNumbers } from './filters.js';
import { type Choices, chipsOf } from './form.js';
import { MessagesPage, MistakenPage } from './page.js';

/** What the page asks of the router. */
export interface MessagesNeeds {
  readonly questions: (by: string) => Questions;
  readonly choices: Choices;
  readonly hasTester: boolean;
  readonly seals: Seals;
}

const path = '/messages/';
/** What a page shows. */
const limit = 50;

export const messagesPages = (needs: MessagesNeeds): readonly PageRoute[] => [
  { method: 'GET', path, right: 'see', answer: (ask) => show(needs, ask) },
  { method: 'GET', path: `${path}export/`, right: 'see', answer: (ask) => exported(needs, ask) },
];

const show = async (needs: MessagesNeeds, ask: Ask): Promise<Answer> => {
  const filters = filtersIn(ask.query);
  const hidden = sealedParts(filters, ask.visitor, needs.seals, typedNumbers);
  if (hidden !== undefined) return { kind: 'elsewhere', path: addressOf(path, hidden) };
  try {
    return await found(needs, ask, filters);
  } catch (error) {
    if (!(error instanceof AuditError)) throw error;
    return {
      kind: 'page',
      status: 400,
      title: 'Messages',
      body: <MistakenPage filters={filters} choices={needs.choices} problem={error.message} />,
    };
  }
};

const found = async (needs: MessagesNeeds, ask: Ask, filters: Parts): Promise<Answer> => {
  const questions = needs.questions(ask.visitor.by);
  const asked = askedBy(filters, ask, needs.seals);
  const turned = await askPage(questions, asked, ask.query);
  if (turned === undefined) return { kind: 'elsewhere', path: addressOf(path, filters) };
  const { answer, before: newer, after: older } = turned;
  const isTop = newer === undefined && valueIn(filters, 'order') !== 'oldest';
  const turn = (name: 'after' | 'before', cursor: string | undefined) =>
    cursor === undefined ? undefined : addressOf(path, [...filters, [name, cursor]]);
  const backends = filters.filter(([name]) => name === 'backend');
  return {
    kind: 'page',
    title: 'Messages',
    ...(isTop ? { live: backends.length === 1 ? [`backend:${backends[0]?.[1]}`] : ['messages'] } : {}),
    body: (
      <MessagesPage
        filters={filters}
        chips={chipsOf(filters, (seal) => needs.seals.open(seal))}
        choices={needs.choices}
        answer={answer}
        newer={turn('before', newer)}
        older={turn('after', older)}
        isTop={isTop}
        reach={answer.messages.length === 0 ? await reachOf(questions, answer) : undefined}
        hasTester={needs.hasTester}
      />
    ),
  };
};

const askPage = (questions: Questions, asked: Asked, query: URLSearchParams) =>
  turnedTo({
    query,
    order: asked.order?.[0] === 'oldest' ? 'oldest' : 'newest',
    ask: async (order, after) => {
      const answer = await questions.messages({
        ...asked,
        order: [order],
        limit: [String(limit)],
        ...(after === undefined ? {} : { after: [after] }),
      });
      if ('groups' in answer) throw new PageError(400, 'This page shows messages, not groups of them.');
      return answer;
    },
    itemsOf: ({ messages }: MessagesAnswer) => messages,
    withItems: (answer, messages: readonly Message[]) => ({ ...answer, messages }),
    placeOf: ({ at, messageId }) => ({ at, id: messageId }),
  });

/** From the first to the last message of all; undefined without any. */
const reachOf = async (questions: Questions, { fresh }: MessagesAnswer) => {
  if (fresh.states === 'none') return undefined;
  const [first, last] = await Promise.all(
    ['oldest', 'newest'].map(async (order) => {
      const answer = await questions.messages({ order: [order], limit: ['1'] });
      return 'messages' in answer ? answer.messages[0]?.at : undefined;
    }),
  );
  return first === undefined || last === undefined ? undefined : { first, last };
};

/** Every message of the filter, whatever the page shows. */
const exported = async (needs: MessagesNeeds, ask: Ask): Promise<Answer> => {
  const filters = filtersIn(ask.query);
  const form = formIn(ask.query);
  try {
    const asked = askedBy(filters, ask, needs.seals);
    const rows = questionsFor(needs, ask.visitor).allMessages(asked);
    return {
      kind: 'file',
      name: `messages-${new Date(ask.now).toISOString().slice(0, 10)}${choosing(filters).length === 0 ? '' : '-some'}.${form === 'ndjson' ? 'ndjson' : 'csv'}`,
      type: formTypes[form],
      content: Readable.from(written(form, columnsOfMessages, await begun(rows))),
    };
  } catch (error) {
    if (!(error instanceof AuditError)) throw error;
    throw new PageError(400, error.message);
  }
};

const formIn = (query: URLSearchParams): Form => {
  const given = query.get('format') ?? 'csv';
  const forms = Object.keys(formTypes) as Form[];
  const form = forms.find((known) => known === given);
  if (form === undefined) throw new PageError(400, `format: expected ${forms.join(', ')}, got “${given}”.`);
  return form;
};

/** The first is read before anything is answered: what is asked wrongly becomes a page and no file. */
const begun = async <Row,>(rows: AsyncIterable<Row>): Promise<AsyncIterable<Row>> => {
  const reading = rows[Symbol.asyncIterator]();
  const first = await reading.next();
  return (async function* resumed() {
    try {
      for (let next = first; next.done !== true; next = await reading.next()) yield next.value;
    } finally {
      await reading.return?.();
    }
  })();
};

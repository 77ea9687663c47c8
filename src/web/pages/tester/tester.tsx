// `/httptester/`: write as a phone would, and see what comes back.
import { randomInt } from 'node:crypto';
import type { Questions } from '../../../audit/recorded.js';
import { type Connection, conversationStream } from '../../../domain/connection.js';
import type { Explainer } from '../../../explain/explainer.js';
import type { Explanation } from '../../../explain/explanation.js';
import { NotFound } from '../../../explain/find.js';
import { pathPart, textOfPart } from '../../api/paths.js';
import type { Ask } from '../asking.js';
import type { Form } from '../form.js';
import { PageError } from '../pageError.js';
import type { Answer, PageRoute } from '../route.js';
import type { SitePart } from '../sitePart.js';
import { linesOf } from './lines.js';
import { type Log, TesterPage } from './page.js';

/** What the tester asks of the router. */
export interface TesterNeeds {
  /** Names of the backends whose phones are played. */
  readonly testers: readonly string[];
  /** As the backend's own address takes it. */
  receive(connection: Connection, text: string, play: string): Promise<void>;
  readonly explainer: (by: string) => Pick<Explainer, 'explain'>;
  readonly questions: (by: string) => Pick<Questions, 'messages'>;
}

const at = '/httptester/:backend/:number/';

export const testerPages = (needs: TesterNeeds): SitePart => {
  const pages: readonly PageRoute[] = [
    {
      method: 'GET',
      path: '/httptester/',
      right: 'operate',
      answer: async () => toPhone(firstOf(needs), []),
    },
    {
      method: 'GET',
      path: '/httptester/:backend/',
      right: 'operate',
      answer: async ({ params }) => toPhone(testerIn(needs, params), []),
    },
    { method: 'GET', path: at, right: 'operate', answer: (ask) => show(needs, ask) },
    { method: 'POST', path: at, right: 'operate', answer: (ask, form) => send(needs, ask, form) },
    {
      method: 'POST',
      path: `${at}file/`,
      right: 'operate',
      answer: (ask, form) => sendFile(needs, ask, form),
    },
    {
      method: 'POST',
      path: `${at}phones/`,
      right: 'operate',
      answer: async (ask, form) => changePhones(needs, ask, form),
    },
  ];
  return { pages, api: [] };
};

const show = async (needs: TesterNeeds, ask: Ask): Promise<Answer> => {
  const backend = testerIn(needs, ask.params);
  const numbers = phonesIn(ask);
  const phones = await Promise.all(
    numbers.map(async (number) => ({
      number,
      explanation: await storyOf(needs, ask, { backend, identity: number }),
    })),
  );
  const log = await logOf(needs, ask, backend);
  return {
    kind: 'page',
    title: 'Message tester',
    live: [`backend:${backend}`],
    body: (
      <TesterPage
        tester={backend}
        testers={needs.testers}
        phones={phones}
        log={log}
        path={pathOf(backend, numbers)}
      />
    ),
  };
};

/** So many of the last messages of a phone, each with what followed from it. */
const shownAtMost = 20;

/** From the events themselves: the answer to what was just sent is there. */
const storyOf = async (
  { explainer }: TesterNeeds,
  { visitor }: Ask,
  connection: Connection,
): Promise<Explanation | undefined> => {
  try {
    return await explainer(visitor.by).explain({
      conversation: conversationStream(connection),
      count: shownAtMost,
      withChanges: true,
    });
  } catch (error) {
    if (error instanceof NotFound) return undefined;
    throw error;
  }
};

/** The newest first. */
const logOf = async ({ questions }: TesterNeeds, { visitor }: Ask, backend: string): Promise<Log> => {
  const answer = await questions(visitor.by).messages({ backend: [backend], limit: ['50'] });
  return { messages: 'messages' in answer ? answer.messages : [], behind: answer.fresh.said };
};

const send = async (needs: TesterNeeds, ask: Ask, form: Form): Promise<Answer> => {
  const backend = testerIn(needs, ask.params);
  const numbers = phonesIn(ask);
  const identity = form.text('identity').trim() || (numbers[0] ?? '');
  await needs.receive({ backend, identity }, form.text('text'), form.text('play'));
  return {
    kind: 'elsewhere',
    path: pathOf(backend, numbers.includes(identity) ? numbers : [identity, ...numbers.slice(1)]),
  };
};

const sendFile = async (needs: TesterNeeds, ask: Ask, form: Form): Promise<Answer> => {
  const backend = testerIn(needs, ask.params);
  const numbers = phonesIn(ask);
  const file = form.file('file');
  const path = pathOf(backend, numbers);
  if (file === undefined)
    return { kind: 'elsewhere', path, said: { tone: 'bad', text: 'Choose a file first.' } };
  const { lines, empty } = linesOf(
    file.content.toString('utf8'),
    form.text('identity').trim() || (numbers[0] ?? ''),
  );
  for (const { identity, text } of lines) await needs.receive({ backend, identity }, text, form.text('play'));
  const left = empty === 0 ? '' : ` ${empty} empty ones were left out.`;
  return {
    kind: 'elsewhere',
    path,
    said: { tone: 'ok', text: `${file.name}: ${ask.formats.number(lines.length)} lines sent.${left}` },
  };
};

/** One more, one less, or another in place of one: nothing is deleted. */
const changePhones = (needs: TesterNeeds, ask: Ask, form: Form): Answer => {
  const backend = testerIn(needs, ask.params);
  const numbers = phonesIn(ask);
  const [renewed, closed] = [form.text('renew'), form.text('close')];
  const next = numbers
    .filter((number) => number !== closed)
    .map((number) => (number === renewed ? randomNumber() : number));
  return {
    kind: 'elsewhere',
    path: pathOf(backend, form.text('add') === '' ? next : [...next, randomNumber()]),
  };
};

const firstOf = ({ testers: [first] }: TesterNeeds): string => {
  if (first === undefined)
    throw new PageError(
      404,
      'No tester is configured: add a backend with "engine: httptester" to the configuration.',
    );
  return first;
};

const testerIn = ({ testers }: TesterNeeds, { backend = '' }: Ask['params']): string => {
  const name = textOfPart(backend);
  if (!testers.includes(name))
    throw new PageError(404, `No tester is called ${name}. There is: ${testers.join(', ') || 'none'}.`);
  return name;
};

/** So many fit on a page, and on a person. */
const maxPhones = 6;

/** The one in the path, and those that stand beside it. */
const phonesIn = ({ params, query }: Ask): readonly string[] =>
  [textOfPart(params.number ?? ''), ...query.getAll('beside')].slice(0, maxPhones);

const pathOf = (backend: string, [first = randomNumber(), ...beside]: readonly string[]): string => {
  const query = new URLSearchParams(beside.slice(0, maxPhones - 1).map((number) => ['beside', number]));
  return `/httptester/${pathPart(backend)}/${pathPart(first)}/${beside.length === 0 ? '' : `?${query}`}`;
};

const toPhone = (backend: string, numbers: readonly string[]): Answer => ({
  kind: 'elsewhere',
  path: pathOf(backend, numbers),
});

/** As long as a number without its country, and nobody's. */
const randomNumber = (): string => String(randomInt(100_000_000, 999_999_999));

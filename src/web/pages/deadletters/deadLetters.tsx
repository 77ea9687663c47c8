// `/deadletters/`: what waits for me, and is it one fault or many?
import { shortenedNumber } from '../../../access/numbers.js';
import { AuditError } from '../../../audit/reading.js';
import { type How, Unsettled } from '../../../deadletters/bulk.js';
import type { Choice, DeadLetterDesk } from '../../../deadletters/desk.js';
import { type Kind, kinds } from '../../../deadletters/waiting.js';
import type { Ask } from '../asking.js';
import type { Form } from '../form.js';
import { addressOf, type Parts, partsIn, valueIn, without } from '../lists/address.js';
import { openedPart, type Seals, sealedPart, sealedParts } from '../lists/numbers.js';
import type { Chip } from '../lists/parts.js';
import { PageError } from '../pageError.js';
import type { Answer, PageRoute } from '../route.js';
import { ConfirmAll, ConfirmChosen } from './confirm.js';
import { JobPage } from './job.js';
import { DeadLettersPage } from './page.js';
import { doneOf, many } from './words.js';

/** What the pages ask of the router. */
export interface DeadLettersPagesNeeds {
  readonly desk: DeadLetterDesk;
  readonly seals: Seals;
}

const path = '/deadletters/';
const filterNames = ['kind', 'backend', 'cause', 'identity', sealedPart];

export const deadLetterPages = (needs: DeadLettersPagesNeeds): readonly PageRoute[] => [
  { method: 'GET', path, right: 'see', answer: (ask) => show(needs, ask) },
  { method: 'POST', path, right: 'operate', answer: (ask, form) => settleChosen(needs, ask, form) },
  { method: 'GET', path: `${path}all/`, right: 'operate', answer: (ask) => confirmAll(needs, ask) },
  {
    method: 'POST',
    path: `${path}all/`,
    right: 'operate',
    answer: (ask, form) => settleAll(needs, ask, form),
  },
  { method: 'GET', path: `${path}jobs/:id/`, right: 'see', answer: async (ask) => showJob(needs, ask) },
  { method: 'POST', path: `${path}jobs/:id/`, right: 'operate', answer: async (ask) => stopJob(needs, ask) },
];

/** Of each kind, where all are shown; of one kind that is asked for. */
const limits = { ofEach: 20, ofOne: 50 };

const show = async ({ desk, seals }: DeadLettersPagesNeeds, ask: Ask): Promise<Answer> => {
  const filters = partsIn(ask.query, filterNames);
  const hidden = sealedParts(filters, ask.visitor, seals, { any: ['identity'], whole: [] });
  if (hidden !== undefined) return { kind: 'elsewhere', path: addressOf(path, hidden) };
  const chosen = kindIn(filters);
  const after = ask.query.get('after') ?? undefined;
  const limit = chosen === undefined ? limits.ofEach : limits.ofOne;
  const sections = await inTime(() =>
    Promise.all(
      (chosen === undefined ? kinds : [chosen]).map(async (kind) => ({
        kind,
        page: await desk.page(
          choiceIn(filters, seals, kind),
          { limit, after: chosen === undefined ? undefined : after },
          ask.visitor.by,
        ),
      })),
    ),
  );
  const next = chosen === undefined ? undefined : sections[0]?.page.next;
  const isTop = after === undefined;
  return {
    kind: 'page',
    title: 'Dead letters',
    ...(isTop ? { live: ['messages'] } : {}),
    body: (
      <DeadLettersPage
        sections={sections}
        filters={filters}
        chips={chipsOf(filters, seals)}
        older={next === undefined ? undefined : addressOf(path, [...filters, ['after', next]])}
        isTop={isTop}
        jobs={desk.jobs.statuses()}
      />
    ),
  };
};

const kindIn = (filters: Parts): Kind | undefined => {
  const given = valueIn(filters, 'kind');
  return kinds.find((kind) => kind === given);
};

/** @throws {PageError} */
const choiceIn = (filters: Parts, seals: Seals, kind: Kind): Choice => {
  const given = (name: string) => valueIn(filters, name) || undefined;
  return {
    kind,
    backend: given('backend'),
    cause: given('cause'),
    identity: given('identity') ?? openedPart(filters, seals),
  };
};

const chipsOf = (filters: Parts, seals: Seals): readonly Chip[] =>
  filters
    .filter(([name]) => name !== 'kind')
    .map(([name, value]) => ({
      part: name === 'cause' ? 'error' : name === sealedPart || name === 'identity' ? 'who' : name,
      said: name === sealedPart ? shortenedNumber(seals.open(value) ?? '') : value,
      href: addressOf(path, without(filters, name)),
    }));

/** A page that there is not, as a page that says so. */
const inTime = async <Found,>(find: () => Promise<Found>): Promise<Found> => {
  try {
    return await find();
  } catch (error) {
    if (error instanceof AuditError) throw new PageError(400, error.message);
    throw error;
  }
};

const settleChosen = async ({ desk }: DeadLettersPagesNeeds, ask: Ask, form: Form): Promise<Answer> => {
  const [how, ids, why] = [howIn(form.text('do')), form.all('id'), form.text('why').trim()];
  const filters = partsOf(form);
  const back = addressOf(path, filters);
  if (ids.length === 0)
    return { kind: 'elsewhere', path: back, said: { tone: 'bad', text: 'Choose some of them first.' } };
  if (why === '')
    return {
      kind: 'elsewhere',
      path: back,
      said: { tone: 'bad', text: 'Say why: the others will want to know.' },
    };
  if (how === 'discard' && form.text('confirmed') === '') {
    const found = await Promise.all(ids.map((id) => desk.find(id)));
    const waiting = found.filter((one) => one !== undefined);
    return {
      kind: 'page',
      title: 'Discard',
      body: <ConfirmChosen how={how} filters={filters} why={why} waiting={waiting} />,
    };
  }
  const problems: string[] = [];
  for (const id of ids) await settleOne(desk, how, id, { by: ask.visitor.by, why }, problems);
  const done = ids.length - problems.length;
  const [first] = problems;
  const left = first === undefined ? '' : ` ${ask.formats.number(problems.length)} could not be: ${first}.`;
  return {
    kind: 'elsewhere',
    path: back,
    said: {
      tone: first === undefined ? 'ok' : 'bad',
      text: `${many(ask.formats.number(done), done)} ${doneOf[how]}.${left}`,
    },
  };
};

const settleOne = async (
  desk: DeadLetterDesk,
  how: How,
  id: string,
  signature: { readonly by: string; readonly why: string },
  problems: string[],
): Promise<void> => {
  try {
    await desk.settle(how, id, signature);
  } catch (error) {
    if (!(error instanceof Unsettled)) throw error;
    problems.push(error.message);
  }
};

/** The list from which a form comes. */
const partsOf = (form: Form): Parts =>
  filterNames.flatMap((name) => form.all(name).map((value) => [name, value] as const));

const howIn = (given: string): How => {
  if (given === 'requeue' || given === 'discard') return given;
  throw new PageError(400, `do: expected requeue or discard, got “${given}”.`);
};

const confirmAll = async ({ desk, seals }: DeadLettersPagesNeeds, ask: Ask): Promise<Answer> => {
  const filters = partsIn(ask.query, filterNames);
  const how = howIn(ask.query.get('do') ?? '');
  const upTo = placeIn(desk, ask.query.get('upTo') ?? '');
  const { matching, orMore } = await desk.page(choiceIn(filters, seals, oneKindIn(filters)), { limit: 1 });
  return {
    kind: 'page',
    title: 'Of many',
    body: (
      <ConfirmAll
        {...{ how, filters, why: '', matching, orMore, upTo }}
        chips={chipsOf(filters, seals).map((chip) => ({ ...chip, href: addressOf(path, filters) }))}
      />
    ),
  };
};

const settleAll = async ({ desk, seals }: DeadLettersPagesNeeds, ask: Ask, form: Form): Promise<Answer> => {
  const filters = partsOf(form);
  const [how, why] = [howIn(form.text('do')), form.text('why').trim()];
  const upTo = placeIn(desk, form.text('upTo'));
  if (why === '') throw new PageError(400, 'Say why: the others will want to know.');
  const choice = choiceIn(filters, seals, oneKindIn(filters));
  const { id } = await desk.settleAll({ how, choice, upTo, by: ask.visitor.by, why });
  return { kind: 'elsewhere', path: `${path}jobs/${id}/` };
};

const oneKindIn = (filters: Parts): Kind => {
  const kind = kindIn(filters);
  if (kind === undefined) throw new PageError(400, `kind: expected one of ${kinds.join(', ')}.`);
  return kind;
};

const placeIn = (desk: DeadLetterDesk, given: string): string => {
  if (given !== '' && desk.isPlace(given)) return given;
  throw new PageError(400, 'This list is of another store than this one: look at it anew.');
};

const showJob = ({ desk }: DeadLettersPagesNeeds, { params: { id = '' } }: Ask): Answer => {
  const job = desk.jobs.status(id) ?? noJob();
  return {
    kind: 'page',
    title: 'Of many',
    ...(job.state === 'running' ? { live: ['all'] } : {}),
    body: <JobPage job={job} />,
  };
};

const stopJob = ({ desk }: DeadLettersPagesNeeds, { params: { id = '' } }: Ask): Answer => {
  const job = desk.jobs.stop(id) ?? noJob();
  return { kind: 'elsewhere', path: `${path}jobs/${job.id}/` };
};

const noJob = (): never => {
  throw new PageError(
    404,
    'There is no such job here: it was of an earlier run of this process, or of another one.',
  );
};

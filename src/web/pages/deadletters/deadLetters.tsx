// `/deadletters/`: what waits for me, and is it one fault or many?
import { AuditError } from '../../../audit/reading.js';
import { type How, Unsettled } from '../../../deadletters/bulk.js';
import type { DeadLetterDesk } from '../../../deadletters/desk.js';
import { kinds } from '../../../deadletters/waiting.js';
import type { Ask } from '../asking.js';
import type { Form } from '../form.js';
import { addressOf, partsIn } from '../lists/address.js';
import { sealedParts } from '../lists/numbers.js';
import { PageError } from '../pageError.js';
import type { Answer, PageRoute } from '../route.js';
import { ConfirmChosen } from './confirm.js';
import {
  chipsOf,
  choiceIn,
  filterNames,
  howIn,
  kindIn,
  partsOf,
  deadLettersPath as path,
} from './filters.js';
import { confirmAll, type DeadLettersPagesNeeds, settleAll, showJob, stopJob } from './many.js';
import { DeadLettersPage } from './page.js';
import { doneOf, many } from './words.js';

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

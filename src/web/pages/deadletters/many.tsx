// What is done to all of a list: asked once more, begun, watched and stopped.
import type { DeadLetterDesk } from '../../../deadletters/desk.js';
import { type Kind, kinds } from '../../../deadletters/waiting.js';
import type { Ask } from '../asking.js';
import type { Form } from '../form.js';
import { addressOf, type Parts, partsIn } from '../lists/address.js';
import type { Seals } from '../lists/numbers.js';
import { PageError } from '../pageError.js';
import type { Answer } from '../route.js';
import { ConfirmAll } from './confirm.js';
import { chipsOf, choiceIn, deadLettersPath, filterNames, howIn, kindIn, partsOf } from './filters.js';
import { JobPage } from './job.js';

/** What the pages ask of the router. */
export interface DeadLettersPagesNeeds {
  readonly desk: DeadLetterDesk;
  readonly seals: Seals;
}

export const confirmAll = async ({ desk, seals }: DeadLettersPagesNeeds, ask: Ask): Promise<Answer> => {
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
        chips={chipsOf(filters, seals).map((chip) => ({
          ...chip,
          href: addressOf(deadLettersPath, filters),
        }))}
      />
    ),
  };
};

export const settleAll = async (
  { desk, seals }: DeadLettersPagesNeeds,
  ask: Ask,
  form: Form,
): Promise<Answer> => {
  const filters = partsOf(form);
  const [how, why] = [howIn(form.text('do')), form.text('why').trim()];
  const upTo = placeIn(desk, form.text('upTo'));
  if (why === '') throw new PageError(400, 'Say why: the others will want to know.');
  const choice = choiceIn(filters, seals, oneKindIn(filters));
  const { id } = await desk.settleAll({ how, choice, upTo, by: ask.visitor.by, why });
  return { kind: 'elsewhere', path: `${deadLettersPath}jobs/${id}/` };
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

export const showJob = ({ desk }: DeadLettersPagesNeeds, { params: { id = '' } }: Ask): Answer => {
  const job = desk.jobs.status(id) ?? noJob();
  return {
    kind: 'page',
    title: 'Of many',
    ...(job.state === 'running' ? { live: ['all'] } : {}),
    body: <JobPage job={job} />,
  };
};

export const stopJob = ({ desk }: DeadLettersPagesNeeds, { params: { id = '' } }: Ask): Answer => {
  const job = desk.jobs.stop(id) ?? noJob();
  return { kind: 'elsewhere', path: `${deadLettersPath}jobs/${job.id}/` };
};

const noJob = (): never => {
  throw new PageError(
    404,
    'There is no such job here: it was of an earlier run of this process, or of another one.',
  );
};

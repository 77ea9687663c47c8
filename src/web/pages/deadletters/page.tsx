import type { JSX } from 'preact';
import { may } from '../../../access/rights.js';
import type { BulkStatus, How } from '../../../deadletters/bulk.js';
import type { Kind } from '../../../deadletters/waiting.js';
import { useAsk } from '../asking.js';
import { addressOf, type Parts } from '../lists/address.js';
import { Behind } from '../lists/fresh.js';
import { type Chip, Chips, News, Pager } from '../lists/parts.js';
import { Blank, Form, Note } from '../parts.js';
import { type Section, WaitingSection } from './list.js';
import { buttonOf, many } from './words.js';

export interface PageProps {
  /** Of each kind that is asked for. */
  readonly sections: readonly Section[];
  readonly filters: Parts;
  readonly chips: readonly Chip[];
  readonly older: string | undefined;
  /** It has the newest: what comes is told. */
  readonly isTop: boolean;
  readonly jobs: readonly BulkStatus[];
}

export const DeadLettersPage = ({ sections, filters, chips, older, isTop, jobs }: PageProps): JSX.Element => {
  const isOne = sections.length === 1;
  const some = sections.filter(({ page }) => page.waiting.length > 0);
  return (
    <>
      <header>
        <h1>Dead letters</h1>
        <Lede sections={sections} isAll={filters.length === 0} />
      </header>
      <Kinds sections={sections} chips={chips} isOne={isOne} />
      <RunningJobs jobs={jobs} />
      {isTop ? <News href={addressOf('/deadletters/', filters)} /> : undefined}
      {some.length === 0 ? (
        <NothingWaits sections={sections} />
      ) : (
        <Choosing sections={some} filters={filters} isOne={isOne} />
      )}
      {isOne ? (
        <Pager older={older}>
          {sections[0]?.page.waiting.length} shown. {sections[0] && <Behind fresh={sections[0].page.fresh} />}
        </Pager>
      ) : undefined}
    </>
  );
};

const Lede = ({ sections, isAll }: { readonly sections: readonly Section[]; readonly isAll: boolean }) => {
  const { formats } = useAsk();
  const n = sections.reduce((sum, { page }) => sum + page.matching, 0);
  const orMore = sections.some(({ page }) => page.orMore) ? 'More than ' : '';
  return (
    <p class="lede">
      {orMore}
      {many(formats.number(n), n)} {n === 1 ? 'waits' : 'wait'} for a person{isAll ? '' : ' here'}. Nothing
      happens to them by itself.
    </p>
  );
};

const Kinds = ({
  sections,
  chips,
  isOne,
}: Pick<PageProps, 'sections' | 'chips'> & { readonly isOne: boolean }) => {
  const { formats } = useAsk();
  return (
    <nav aria-label="Kinds" class="row xs">
      {isOne ? <a href="/deadletters/">All kinds</a> : undefined}
      {isOne
        ? undefined
        : sections.map(({ kind, page }) => (
            <a key={kind} class="chip" href={addressOf('/deadletters/', [['kind', kind]])}>
              {nameOf[kind]} {formats.number(page.matching)}
            </a>
          ))}
      <Chips chips={chips} />
      <a class="push" href="/audit/?type=MessageRequeued&amp;type=MessageDiscarded">
        Those dealt with
      </a>
    </nav>
  );
};

const nameOf: Readonly<Record<Kind, string>> = {
  inbound: 'Inbound',
  outbound: 'Outbound',
  refused: 'Refused',
};

const RunningJobs = ({ jobs }: { readonly jobs: readonly BulkStatus[] }) => {
  const { formats } = useAsk();
  return (
    <>
      {jobs
        .filter(({ state }) => state === 'running')
        .map(({ id, how, done, total }) => (
          <Note key={id}>
            <b>{buttonOf[how]} of many is under way:</b> {formats.number(done)} of {formats.number(total)}.{' '}
            <a href={`/deadletters/jobs/${id}/`}>Look at it, or stop it</a>
          </Note>
        ))}
    </>
  );
};

const NothingWaits = ({ sections }: { readonly sections: readonly Section[] }) => {
  const unknown = sections.filter(
    ({ page }) => page.fresh.states === 'none' || page.fresh.states === 'incomplete',
  );
  if (unknown.length === 0) return <Blank title="Nothing waits for a person" />;
  return (
    <Blank title="What waits is not known yet">
      {unknown.map(({ kind, page }) => (
        <p key={kind}>{page.fresh.said}</p>
      ))}
    </Blank>
  );
};

const Choosing = ({
  sections,
  filters,
  isOne,
}: Pick<PageProps, 'sections' | 'filters'> & { readonly isOne: boolean }) => {
  const { visitor } = useAsk();
  const isChosen = filters.some(([name]) => name === 'cause');
  const lists = sections.map((section) => (
    <WaitingSection key={section.kind} section={section} areChosen={isChosen} />
  ));
  if (!may(visitor, 'operate'))
    return (
      <>
        <Note>
          <b>You may look, not change.</b> Requeue and discard need the role operator; you are a{' '}
          {visitor.role}.
        </Note>
        {lists}
      </>
    );
  const [first] = sections;
  return (
    <Form action="/deadletters/" class="stack">
      {filters.map(([name, value]) => (
        <input key={`${name} ${value}`} type="hidden" name={name} value={value} />
      ))}
      {lists}
      <fieldset class="bulk">
        <legend class="vh">With the chosen messages</legend>
        <div class="row end">
          <p class="grow">
            <label for="why">Why (recorded with your name)</label>
            <input id="why" name="why" required maxLength={1000} autocomplete="off" />
          </p>
          <button type="submit" class="do" name="do" value="requeue">
            Requeue the chosen
          </button>
          <button type="submit" class="risk" name="do" value="discard">
            Discard the chosen…
          </button>
        </div>
        {isOne && first !== undefined ? <All section={first} filters={filters} /> : undefined}
      </fieldset>
    </Form>
  );
};

/** What is done to all of a list is asked once more, on a page of its own. */
const All = ({ section: { page }, filters }: { readonly section: Section; readonly filters: Parts }) => {
  const { formats } = useAsk();
  const { matching, upTo } = page;
  if (upTo === undefined || matching < 2) return undefined;
  const link = (how: How) => (
    <a href={addressOf('/deadletters/all/', [...filters, ['do', how], ['upTo', upTo]])}>
      {how} all {formats.number(matching)}…
    </a>
  );
  return (
    <p class="xs">
      Of this list, all pages of it: {link('requeue')} · {link('discard')}
    </p>
  );
};

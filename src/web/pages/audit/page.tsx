import type { JSX } from 'preact';
import type { Act, ActsAnswer } from '../../../audit/lists/acts.js';
import { useAsk } from '../asking.js';
import { addressOf, type Parts, valueIn } from '../lists/address.js';
import { Behind, FreshNote } from '../lists/fresh.js';
import { type Chip, Chips, Choose, Matching, News, Pager, TimeField } from '../lists/parts.js';
import { wallTime } from '../lists/times.js';
import { Blank, Icon, Identity, Time } from '../parts.js';
import { Cell, Register, Row } from '../register.js';
import { Details, doneBy } from './words.js';

export interface AuditPageProps {
  readonly answer: ActsAnswer;
  readonly filters: Parts;
  readonly records: boolean;
  readonly newer: string | undefined;
  readonly older: string | undefined;
}

export const AuditPage = ({ answer, filters, records, newer, older }: AuditPageProps): JSX.Element => {
  const { acts, matching, orMore, fresh } = answer;
  return (
    <>
      <header>
        <h1>Audit</h1>
        <p class="lede">Who did what.</p>
        <p class="soft">
          What was done to messages, users and tokens.{' '}
          {records
            ? 'Who asked what is recorded, too.'
            : 'Who looks at what is not recorded: audit.record is off.'}
        </p>
      </header>
      <section aria-label="Search">
        <search>
          <SearchForm answer={answer} filters={filters} />
        </search>
        <div class="row xs">
          <Matching n={matching} orMore={orMore} one="act" many="acts" />
          <Chips chips={chipsOf(filters)} />
        </div>
        <FreshNote fresh={fresh} />
        {newer === undefined ? <News href={addressOf('/audit/', filters)} /> : undefined}
      </section>
      {acts.length === 0 ? <NoneFound answer={answer} isAll={filters.length === 0} /> : <List acts={acts} />}
      <Pager newer={newer} older={older}>
        {acts.length} shown. <Behind fresh={fresh} />
      </Pager>
    </>
  );
};

/** Each takes itself away, and no other of its name. */
const chipsOf = (filters: Parts): readonly Chip[] =>
  filters.map((filter) => ({
    part: filter[0] === 'type' ? 'what' : filter[0],
    said: filter[0] === 'type' ? doneBy(filter[1]) : filter[1],
    href: addressOf(
      '/audit/',
      filters.filter((other) => other !== filter),
    ),
  }));

const SearchForm = ({ answer: { known, range }, filters }: Pick<AuditPageProps, 'answer' | 'filters'>) => {
  const { formats } = useAsk();
  return (
    <form method="get" action="/audit/">
      <div class="grid">
        <Choose
          name="by"
          label="Who"
          value={valueIn(filters, 'by')}
          any="anyone"
          choices={known.by.map((name) => [name, name])}
        />
        <Choose
          name="type"
          label="What"
          value={valueIn(filters, 'type')}
          any="anything"
          choices={known.type.map((type) => [type, doneBy(type)])}
        />
        <TimeField
          name="since"
          label={`Since (${formats.zoneSaid})`}
          value={wallTime(range.since, formats.zone)}
        />
        <TimeField
          name="until"
          label={`Until (${formats.zoneSaid})`}
          value={wallTime(range.until, formats.zone)}
        />
        <p>
          <button type="submit" class="do">
            <Icon name="find" /> Show
          </button>
        </p>
      </div>
    </form>
  );
};

const List = ({ acts }: { readonly acts: readonly Act[] }) => (
  <Register
    caption="What was done, newest first"
    columns={[{ title: 'When', class: 'when' }, { title: 'Who', class: 'who' }, { title: 'What' }]}
  >
    {acts.map((act) => (
      <Entry key={act.id} act={act} />
    ))}
  </Register>
);

const Entry = ({ act }: { readonly act: Act }) => {
  const { at, by, type, why } = act;
  return (
    <Row>
      <Cell class="when">
        <Time at={at} />
      </Cell>
      <Cell class="who">
        <bdi>{by}</bdi>
      </Cell>
      <Cell class="text">
        <p>
          {doneBy(type)}
          {why === undefined ? undefined : (
            <>
              : “<bdi>{why}</bdi>”
            </>
          )}
        </p>
        <p class="xs soft">
          <Whom act={act} /> <Details act={act} />
        </p>
      </Cell>
    </Row>
  );
};

const Whom = ({ act: { backend, identity } }: { readonly act: Act }) => {
  const { pathOf } = useAsk();
  if (backend === undefined) return undefined;
  if (identity === undefined) return <>{backend} ·</>;
  return (
    <>
      <a href={pathOf({ backend, identity })}>
        <Identity of={identity} />
      </a>{' '}
      {backend} ·
    </>
  );
};

const NoneFound = ({
  answer: { fresh },
  isAll,
}: {
  readonly answer: ActsAnswer;
  readonly isAll: boolean;
}) => {
  if (fresh.states === 'none' || fresh.states === 'incomplete') return <Blank title="Nothing is found yet" />;
  if (isAll)
    return (
      <Blank title="Nobody did anything yet">
        <p>What operators do to messages stands here, with their name and their reason.</p>
      </Blank>
    );
  return (
    <Blank title="Nobody did anything like this">
      <p>
        <a href="/audit/">Show all</a>
      </p>
    </Blank>
  );
};

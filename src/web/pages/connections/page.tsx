import type { JSX } from 'preact';
import type { ConnectionsAnswer, KnownConnection } from '../../../audit/lists/connections.js';
import { useAsk } from '../asking.js';
import { addressOf, type Parts, valueIn } from '../lists/address.js';
import { Behind, FreshNote } from '../lists/fresh.js';
import { sealedPart } from '../lists/numbers.js';
import { type Chip, Chips, Choose, Field, Matching, News, Pager } from '../lists/parts.js';
import { Mark, outMarks } from '../marks.js';
import { Blank, Icon, Identity, Time } from '../parts.js';
import { Cell, Register, Row } from '../register.js';

interface ConnectionsProps {
  readonly answer: ConnectionsAnswer;
  readonly filters: Parts;
  readonly chips: readonly Chip[];
  readonly newer: string | undefined;
  readonly older: string | undefined;
}

export const ConnectionsPage = ({ answer, filters, chips, newer, older }: ConnectionsProps): JSX.Element => {
  const { connections, matching, orMore, fresh, backends } = answer;
  return (
    <>
      <header>
        <h1>Connections</h1>
        <p class="lede">Everyone whom this router talks to; who was heard of last comes first.</p>
      </header>
      <section aria-label="Search">
        <search>
          <SearchForm filters={filters} backends={backends} />
        </search>
        <div class="row xs">
          <Matching n={matching} orMore={orMore} one="connection" many="connections" />
          <Chips chips={chips} />
        </div>
        <FreshNote fresh={fresh} />
        {newer === undefined ? <News href={addressOf('/connections/', filters)} /> : undefined}
      </section>
      {connections.length === 0 ? (
        <NoneFound answer={answer} isAll={filters.length === 0} />
      ) : (
        <List connections={connections} />
      )}
      <Pager newer={newer} older={older}>
        {connections.length} shown. <Behind fresh={fresh} />
      </Pager>
    </>
  );
};

const SearchForm = ({
  filters,
  backends,
}: {
  readonly filters: Parts;
  readonly backends: readonly string[];
}) => {
  const { seesNumbers } = useAsk().visitor;
  const sealed = valueIn(filters, sealedPart);
  return (
    <form method="get" action="/connections/">
      {sealed === '' ? undefined : <input type="hidden" name={sealedPart} value={sealed} />}
      <div class="row end">
        <Field
          name="q"
          label={seesNumbers ? 'A number, or how it begins' : 'A whole number'}
          value={valueIn(filters, 'q')}
          isSearch
        />
        <button type="submit" class="do">
          <Icon name="find" /> Search
        </button>
      </div>
      <div class="grid">
        <Choose
          name="backend"
          label="Backend"
          value={valueIn(filters, 'backend')}
          any="all"
          choices={backends.map((name) => [name, name])}
        />
        <Choose
          name="status"
          label="Last text"
          value={valueIn(filters, 'status')}
          any="any"
          choices={Object.keys(outMarks).map((status) => [status, status])}
        />
      </div>
    </form>
  );
};

const List = ({ connections }: { readonly connections: readonly KnownConnection[] }) => (
  <Register
    caption="Connections, last heard of first"
    columns={[
      { title: 'Last seen', class: 'when' },
      { title: 'Who', class: 'who' },
      { title: 'In and out' },
      { title: 'Last text', class: 'st' },
    ]}
  >
    {connections.map((one) => (
      <Entry key={`${one.backend}:${one.identity}`} connection={one} />
    ))}
  </Register>
);

const Entry = ({ connection }: { readonly connection: KnownConnection }) => {
  const { formats, pathOf } = useAsk();
  const { backend, identity, firstSeenAt, lastSeenAt, received, duplicates, sent, delivery } = connection;
  const again = duplicates === 0 ? '' : `${formats.number(duplicates)} of them offered again by the gateway`;
  return (
    <Row>
      <Cell class="when">
        <Time at={lastSeenAt} />
      </Cell>
      <Cell class="who">
        <a href={pathOf(connection)}>
          <Identity of={identity} />
        </a>{' '}
        <span class="xs soft">{backend}</span>
      </Cell>
      <Cell class="text">
        <span class="nb" title={again === '' ? undefined : again}>
          {formats.number(received)} in
        </span>
        , <span class="nb">{formats.number(sent)} out</span>{' '}
        <span class="xs soft">
          since <Time at={firstSeenAt} />
        </span>
      </Cell>
      <Cell class="st">
        {delivery === undefined ? undefined : <Mark direction="out" status={delivery.status} />}
      </Cell>
    </Row>
  );
};

const NoneFound = ({
  answer: { fresh },
  isAll,
}: {
  readonly answer: ConnectionsAnswer;
  readonly isAll: boolean;
}) => {
  if (fresh.states === 'none' || fresh.states === 'incomplete') return <Blank title="Nobody is found yet" />;
  if (isAll)
    return (
      <Blank title="Nobody yet">
        <p>Who writes to this router, or is written to, stands here.</p>
      </Blank>
    );
  return (
    <Blank title="Nobody is like this">
      <p>
        <a href="/connections/">Show everyone</a>
      </p>
    </Blank>
  );
};

import type { JSX } from 'preact';
import type { MessagesAnswer } from '../../../audit/answers.js';
import type { Message } from '../../../audit/messages.js';
import { useAsk } from '../asking.js';
import { addressOf, type Parts, valueIn } from '../lists/address.js';
import { Behind, FreshNote } from '../lists/fresh.js';
import { type Chip, Chips, Matching, News, Pager } from '../lists/parts.js';
import { Mark } from '../marks.js';
import { Icon, Identity, Note, Said, Time } from '../parts.js';
import { Cell, Register, Row } from '../register.js';
import { type Choices, SearchForm } from './form.js';
import { NoneFound } from './none.js';

export interface MessagesProps {
  readonly filters: Parts;
  readonly chips: readonly Chip[];
  readonly choices: Choices;
  readonly answer: MessagesAnswer;
  readonly newer: string | undefined;
  readonly older: string | undefined;
  /** The list is as new as can be: what comes is told. */
  readonly isTop: boolean;
  /** Where nothing was found: how far all messages reach; absent when there are none. */
  readonly reach?: { readonly first: string; readonly last: string } | undefined;
  readonly hasTester: boolean;
}

export const MessagesPage = (props: MessagesProps): JSX.Element => {
  const { filters, chips, choices, answer, newer, older, isTop } = props;
  return (
    <>
      <header>
        <h1>Messages</h1>
      </header>
      <section aria-label="Search">
        <search>
          <SearchForm filters={filters} choices={choices} range={answer.range} />
        </search>
        <div class="row xs">
          <Matching n={answer.matching} orMore={answer.orMore} one="message" many="messages" />
          <Chips chips={chips} />
          <Exports filters={filters} />
        </div>
        <FreshNote fresh={answer.fresh} />
        {answer.ahead === undefined ? undefined : (
          <Note>
            A message bears a time still to come, <Time at={answer.ahead} />: a clock was ahead.
          </Note>
        )}
        {isTop ? <News href={addressOf('/messages/', filters)} /> : undefined}
      </section>
      {answer.messages.length === 0 ? (
        <NoneFound {...props} />
      ) : (
        <List filters={filters} messages={answer.messages} />
      )}
      <Pager newer={newer} older={older}>
        {answer.messages.length} shown. <Behind fresh={answer.fresh} />
      </Pager>
    </>
  );
};

/** The question was not understood: it stands there to be mended. */
export const MistakenPage = ({
  filters,
  choices,
  problem,
}: Pick<MessagesProps, 'filters' | 'choices'> & { readonly problem: string }): JSX.Element => (
  <>
    <header>
      <h1>Messages</h1>
    </header>
    <section aria-label="Search">
      <search>
        <SearchForm filters={filters} choices={choices} />
      </search>
      <Note tone="bad">
        <b>This cannot be looked for.</b> {problem}
      </Note>
    </section>
  </>
);

const Exports = ({ filters }: { readonly filters: Parts }) => {
  const link = (format: string, title: string, said: string) => (
    <a href={addressOf('/messages/export/', [...filters, ['format', format]])} title={title}>
      {said}
    </a>
  );
  return (
    <span class="push soft">
      Export all of these: {link('csv', 'For a spreadsheet', 'CSV')} ·{' '}
      {link('csv-raw', 'For programs: every value as it is', 'raw CSV')} ·{' '}
      {link('ndjson', 'For programs: a message a line', 'NDJSON')}
    </span>
  );
};

const List = ({ filters, messages }: { readonly filters: Parts; readonly messages: readonly Message[] }) => (
  <Register
    caption={`Messages, ${valueIn(filters, 'order') === 'oldest' ? 'oldest' : 'newest'} first`}
    columns={[
      { title: 'When', class: 'when' },
      { title: 'Who', class: 'who' },
      { title: 'Text' },
      { title: 'App', class: 'app' },
      { title: 'Status', class: 'st' },
    ]}
  >
    {messages.map((message) => (
      <Entry key={message.messageId} message={message} />
    ))}
  </Register>
);

const Entry = ({ message }: { readonly message: Message }) => {
  const { pathOf } = useAsk();
  const { at, direction, backend, identity, text, app, status } = message;
  return (
    <Row>
      <Cell class="when">
        <Time at={at} />
      </Cell>
      <Cell class="who">
        <Icon name={direction} />
        <span class="vh">{direction === 'in' ? 'from' : 'to'}</span>{' '}
        <a href={pathOf(message)}>
          <Identity of={identity} />
        </a>{' '}
        <span class="xs soft">{backend}</span>
      </Cell>
      <Cell class="text">
        <Said text={text ?? ''} />
      </Cell>
      <Cell class="app xs soft">{app}</Cell>
      <Cell class="st">
        <Mark direction={direction} status={status} />
      </Cell>
    </Row>
  );
};

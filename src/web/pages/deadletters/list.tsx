import type { JSX } from 'preact';
import { may } from '../../../access/rights.js';
import { shortenedText } from '../../../audit/shortened.js';
import type { WaitingPage } from '../../../deadletters/desk.js';
import type { Kind, Waiting } from '../../../deadletters/waiting.js';
import { useAsk } from '../asking.js';
import { addressOf } from '../lists/address.js';
import { FreshNote } from '../lists/fresh.js';
import { Mark } from '../marks.js';
import { Identity, Note, Said, Time } from '../parts.js';
import { Cell, Register, Row } from '../register.js';
import { aboutKind } from './words.js';

/** What waits of one kind. */
export interface Section {
  readonly kind: Kind;
  readonly page: WaitingPage;
}

/** Errors that are shown together; others are in the list. */
const shownCauses = 5;

export const WaitingSection = ({
  section: { kind, page },
  areChosen,
}: {
  readonly section: Section;
  readonly areChosen: boolean;
}): JSX.Element => {
  const { title, means } = aboutKind[kind];
  const all = addressOf('/deadletters/', [['kind', kind]]);
  return (
    <section id={kind} aria-labelledby={`h-${kind}`}>
      <h2 id={`h-${kind}`}>{title}</h2>
      <p class="soft">{means}</p>
      <FreshNote fresh={page.fresh} />
      {areChosen ? undefined : <Causes kind={kind} page={page} />}
      <WaitingTable kind={kind} waiting={page.waiting} areChosen={areChosen} />
      {areChosen || page.next === undefined ? undefined : (
        <p>
          <a href={all}>All of them, page by page</a>
        </p>
      )}
    </section>
  );
};

/** Several that say the same are one fault. */
const Causes = ({ kind, page: { causes } }: Section) => {
  const { formats } = useAsk();
  return (
    <>
      {causes
        .filter(({ n }) => n > 1)
        .slice(0, shownCauses)
        .map(({ cause, n }) => (
          <Note key={cause} tone="bad">
            <b>{formats.number(n)} times the same:</b> <code dir="auto">{cause}</code>{' '}
            <a
              class="nb"
              href={addressOf('/deadletters/', [
                ['kind', kind],
                ['cause', cause],
              ])}
            >
              Choose these {formats.number(n)}
            </a>
          </Note>
        ))}
    </>
  );
};

export const WaitingTable = ({
  kind,
  waiting,
  areChosen,
}: {
  readonly kind: Kind;
  readonly waiting: readonly Waiting[];
  readonly areChosen: boolean;
}): JSX.Element => {
  const canChoose = may(useAsk().visitor, 'operate');
  return (
    <Register
      caption={aboutKind[kind].title}
      class={canChoose ? 'pick' : ''}
      columns={[
        ...(canChoose ? [{ title: 'Choose', class: 'box' }] : []),
        { title: 'Since', class: 'when' },
        { title: 'Who', class: 'who' },
        { title: 'Text, and what happened' },
        { title: 'State', class: 'st' },
      ]}
    >
      {waiting.map((one) => (
        <Entry key={one.id} waiting={one} isChosen={areChosen} canChoose={canChoose} />
      ))}
    </Register>
  );
};

const Entry = ({
  waiting,
  isChosen,
  canChoose,
}: {
  readonly waiting: Waiting;
  readonly isChosen: boolean;
  readonly canChoose: boolean;
}) => (
  <Row>
    {canChoose ? (
      <Cell class="box">
        <input
          type="checkbox"
          name="id"
          value={waiting.id}
          checked={isChosen}
          aria-label={`Choose ${waiting.id}`}
        />
      </Cell>
    ) : undefined}
    <Cell class="when">
      <Time at={waiting.at} />
    </Cell>
    <Cell class="who">
      <Who waiting={waiting} />
    </Cell>
    <Cell class="text">
      <What waiting={waiting} />
    </Cell>
    <Cell class="st">
      <State waiting={waiting} />
    </Cell>
  </Row>
);

const Who = ({ waiting: { backend, identity } }: { readonly waiting: Waiting }) => {
  const { pathOf } = useAsk();
  return (
    <>
      {identity === undefined ? (
        'unknown'
      ) : (
        <a href={pathOf({ backend, identity })}>
          <Identity of={identity} />
        </a>
      )}{' '}
      <span class="xs soft">{backend}</span>
    </>
  );
};

/** Of a refused request its address, which may hold a number. */
const What = ({ waiting }: { readonly waiting: Waiting }) => {
  const { seesNumbers } = useAsk().visitor;
  const { text, request, reason, identity } = waiting;
  const shown = (words: string) => (seesNumbers ? words : shortenedText(words, identity));
  return (
    <>
      {request === undefined ? (
        <Said text={text ?? 'Its text was cut away from its conversation: it can only be discarded.'} />
      ) : (
        <Said text={`${request.method} ${shown(request.url)} ${request.contentType}`} />
      )}
      <p class="xs bad" dir="auto">
        {shown(reason)}
      </p>
    </>
  );
};

const State = ({ waiting: { kind, event } }: { readonly waiting: Waiting }) => {
  if (kind === 'refused') return <span class="nb bad">refused</span>;
  if (kind === 'inbound') return <Mark direction="in" status="failed" />;
  return <Mark direction="out" status={event === 'DispatchUnclear' ? 'unclear' : 'abandoned'} />;
};

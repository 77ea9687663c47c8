import type { JSX } from 'preact';
import type { WebhookReport, WebhookState } from '../../../webhooks/status.js';
import { useAsk } from '../asking.js';
import { Icon, Note, Time } from '../parts.js';

interface Meaning {
  readonly icon: string;
  readonly tone: 'good' | 'wait' | 'bad';
}

const meanings: Readonly<Record<WebhookState, Meaning>> = {
  stopped: { icon: 'stopped', tone: 'bad' },
  failing: { icon: 'slowed', tone: 'wait' },
  'catching-up': { icon: 'still', tone: 'wait' },
  running: { icon: 'running', tone: 'good' },
};

export const State = ({ state }: { readonly state: WebhookState }): JSX.Element => {
  const { icon, tone } = meanings[state];
  return (
    <span class={`${tone} nb`}>
      <b>
        <Icon name={icon} /> {state}
      </b>
    </span>
  );
};

/** Why it is so, and who acts; nothing of one that runs. */
export const Why = ({ of }: { readonly of: WebhookReport }): JSX.Element | undefined => {
  const { state, reason, failure, failing = 0 } = of;
  const { formats } = useAsk();
  if (state === 'stopped')
    return (
      <Note tone="bad">
        It is told nothing{reason === undefined ? undefined : <>: {reason}</>}. Nothing is lost: what happens
        waits in the store.
      </Note>
    );
  if (state === 'catching-up') return <Note>It is told what happened while nobody told it.</Note>;
  if (state !== 'failing' || failure === undefined) return undefined;
  return failure.code === 'unreachable' ? (
    <Note>
      <b>Nothing answers there:</b> <code>{failure.detail}</code> Tried again by itself until something does.
      Nothing is lost, and nothing is put aside.
    </Note>
  ) : (
    <Note>
      <b>
        It refuses calls of {formats.number(failing)} {failing === 1 ? 'conversation' : 'conversations'}:
      </b>{' '}
      <code>{failure.detail}</code> The last one <Time at={failure.at} />. They are tried again by themselves,
      and put aside in the end; all others are told.
    </Note>
  );
};

export const Figures = ({ of }: { readonly of: WebhookReport }): JSX.Element => {
  const { waiting, oldest, acceptedAt, putAside, orMore, node } = of;
  const { formats } = useAsk();
  return (
    <dl class="facts">
      <Fact name="Calls waiting">{waiting === undefined ? '–' : formats.number(waiting)}</Fact>
      <Fact name="The oldest since">{oldest === undefined ? '–' : <Time at={oldest} />}</Fact>
      <Fact name="Last accepted">{acceptedAt === undefined ? 'none yet' : <Time at={acceptedAt} />}</Fact>
      <Fact name="Put aside">
        {formats.number(putAside)}
        {orMore ? ' or more' : ''}
      </Fact>
      <Fact name="Told by">{node === undefined ? 'nobody' : <code>{node}</code>}</Fact>
    </dl>
  );
};

const Fact = ({ name, children }: { readonly name: string; readonly children: unknown }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children as JSX.Element}</dd>
  </div>
);

/** Where to, and what it is told of. */
export const Settings = ({ of: { url, events, backends } }: { readonly of: WebhookReport }): JSX.Element => (
  <p class="xs soft">
    To <code>{url}</code>: {events.join(', ')};{' '}
    {backends === undefined ? 'all backends' : backends.join(', ')}.
  </p>
);

import type { JSX } from 'preact';
import { may } from '../../../access/rights.js';
import type { BackendStatus } from '../../../outbound/backendStatus.js';
import { pathPart } from '../../api/paths.js';
import { useAsk } from '../asking.js';
import { Form, Icon, Time } from '../parts.js';
import { Bars } from './bars.js';
import { Configuration } from './configuration.js';
import { Why } from './why.js';

/** The address of one on the page. */
export const anchorOf = (name: string): string => `lane-${pathPart(name)}`;

interface LaneProps {
  readonly backend: BackendStatus;
  readonly blank: string;
  /** Several processes deliver: of each lane it is told which. */
  readonly isShared: boolean;
}

/** One way in and out: how it is, why, who acts, and what it did lately. */
export const Lane = ({ backend, blank, isShared }: LaneProps): JSX.Element => {
  const { name, engine, state, since, taken, configuration } = backend;
  const { icon, tone } = looks[state];
  const id = anchorOf(name);
  return (
    <article class="lane" id={id} aria-labelledby={`${id}-h`}>
      <div class="row">
        <h2 id={`${id}-h`}>{name}</h2>
        <span class={`${tone} nb`}>
          <b>
            <Icon name={icon} /> {state}
          </b>
        </span>
        <span class="xs soft">
          {engine}
          {since === undefined ? undefined : (
            <>
              {' '}
              · <Time at={since} />
            </>
          )}
        </span>
      </div>
      <Why backend={backend} />
      <Facts backend={backend} isShared={isShared} />
      {taken === undefined || taken.minutes.every((count) => count === 0) ? undefined : <Bars {...taken} />}
      <div>
        <Act backend={backend} />
        <Configuration name={name} configuration={configuration} blank={blank} />
      </div>
    </article>
  );
};

const looks: Readonly<Record<BackendStatus['state'], { readonly icon: string; readonly tone: string }>> = {
  held: { icon: 'held', tone: 'bad' },
  stopped: { icon: 'stopped', tone: 'bad' },
  paused: { icon: 'paused', tone: 'wait' },
  'catching-up': { icon: 'running', tone: 'wait' },
  running: { icon: 'running', tone: 'good' },
};

/** Whole minutes over which a rate is told. */
const rateMinutes = 5;

const Facts = ({ backend, isShared }: Pick<LaneProps, 'backend' | 'isShared'>): JSX.Element => {
  const { formats } = useAsk();
  const { work, taken, lastTaken, lastFailure, node } = backend;
  // Why the lane stands still is what failed last.
  const isToldAbove = backend.by === undefined && (backend.state === 'held' || backend.state === 'paused');
  const { concurrency } = backend.configuration as { readonly concurrency?: number };
  return (
    <dl class="facts">
      {work === undefined ? undefined : (
        <>
          <Fact title="Waiting">
            {formats.number(work.waiting)}
            {work.isMore ? ' or more' : ''}
          </Fact>
          <Fact title="Under way">
            {formats.number(work.inFlight)}
            {concurrency === undefined ? '' : ` of ${formats.number(concurrency)}`}
          </Fact>
        </>
      )}
      {work?.oldest === undefined ? undefined : (
        <Fact title="Oldest">
          <Time at={work.oldest} />
        </Fact>
      )}
      {taken === undefined ? undefined : (
        <Fact title="Sent">{formats.number(rateOf(taken.minutes))}/min</Fact>
      )}
      {lastTaken === undefined ? undefined : (
        <Fact title="Last taken">
          <Time at={lastTaken} />
        </Fact>
      )}
      {lastFailure === undefined || isToldAbove ? undefined : (
        <Fact title="Last not taken">
          <Time at={lastFailure.at} />: {lastFailure.code} <code>{lastFailure.detail}</code>
        </Fact>
      )}
      {node === undefined || !isShared ? undefined : (
        <Fact title="Delivered by">
          <code>{node}</code>
        </Fact>
      )}
    </dl>
  );
};

const Fact = ({
  title,
  children,
}: {
  readonly title: string;
  readonly children: JSX.Element | string | (JSX.Element | string)[];
}): JSX.Element => (
  <div>
    <dt>{title}</dt>
    <dd>{children}</dd>
  </div>
);

/** A minute, of the last whole ones. */
const rateOf = (minutes: readonly number[]): number => {
  const sum = minutes.slice(-1 - rateMinutes, -1).reduce((one, other) => one + other, 0);
  return Math.round((sum / rateMinutes) * 10) / 10;
};

/** A person pauses it and resumes it, and says why. */
const Act = ({ backend: { name, by } }: { readonly backend: BackendStatus }): JSX.Element => {
  const { visitor } = useAsk();
  const id = `why-${pathPart(name)}`;
  if (!may(visitor, 'operate'))
    return <p class="xs soft">An operator may {by === undefined ? 'pause' : 'resume'} it.</p>;
  const path = `/backends/${pathPart(name)}`;
  if (by !== undefined)
    return (
      <Form action={`${path}/resume/`} class="row end">
        <p class="grow">
          <label for={id}>Why resume it (recorded with your name)</label>
          <input id={id} name="why" maxLength={500} />
        </p>
        <button type="submit" class="do">
          <Icon name="running" /> Resume
        </button>
      </Form>
    );
  return (
    <details>
      <summary class="xs">Pause it…</summary>
      <Form action={`${path}/pause/`} class="row end">
        <p class="grow">
          <label for={id}>Why (recorded with your name)</label>
          <input id={id} name="why" required maxLength={500} />
        </p>
        <button type="submit">
          <Icon name="paused" /> Pause
        </button>
      </Form>
    </details>
  );
};

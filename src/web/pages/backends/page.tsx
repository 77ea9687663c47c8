import type { JSX } from 'preact';
import type { BackendStatus } from '../../../outbound/backendStatus.js';
import { useAsk } from '../asking.js';
import { Blank } from '../parts.js';
import { anchorOf, Lane } from './lane.js';

export interface BackendsProps {
  readonly backends: readonly BackendStatus[];
  readonly blank: string;
}

export const BackendsPage = ({ backends, blank }: BackendsProps): JSX.Element => {
  const nodes = new Set(backends.flatMap(({ node }) => node ?? []));
  return (
    <>
      <header>
        <h1>Backends</h1>
        <Lede backends={backends} />
      </header>
      {backends.length === 0 ? (
        <Blank title="No backend is configured">
          <p>
            Add one under <code>backends</code> in the configuration, then restart.
          </p>
        </Blank>
      ) : (
        <div class="two-up">
          {backends.toSorted(byNeed).map((backend) => (
            <Lane key={backend.name} backend={backend} blank={blank} isShared={nodes.size > 1} />
          ))}
        </div>
      )}
    </>
  );
};

/** What a person must mend first, then what passes by itself. */
const needs = ({ state, by }: BackendStatus): number => {
  if (state === 'paused') return by === undefined ? 2 : 3;
  return { held: 0, stopped: 1, 'catching-up': 4, running: 5 }[state];
};

const byNeed = (one: BackendStatus, other: BackendStatus): number =>
  needs(one) - needs(other) ||
  (other.work?.waiting ?? 0) - (one.work?.waiting ?? 0) ||
  one.name.localeCompare(other.name);

const Lede = ({ backends }: { readonly backends: readonly BackendStatus[] }): JSX.Element | null => {
  const { formats } = useAsk();
  if (backends.length === 0) return null;
  const [yours, away, stopped] = [
    backends.filter(({ state }) => state === 'held' || state === 'stopped'),
    backends.filter(({ state, by }) => state === 'paused' && by === undefined),
    backends.filter(({ by }) => by !== undefined),
  ];
  const still = [
    ...(away.length === 0
      ? []
      : [
          `${formats.number(away.length)} ${away.length === 1 ? 'waits for its gateway' : 'wait for their gateways'}`,
        ]),
    ...(stopped.length === 0
      ? []
      : [`${formats.number(stopped.length)} ${stopped.length === 1 ? 'is' : 'are'} paused by a person`]),
  ];
  const ways = `${formats.number(backends.length)} ${backends.length === 1 ? 'way' : 'ways'} in and out.`;
  const [first] = yours;
  return (
    <p class="lede">
      {ways} {still.length === 0 ? undefined : `${still.join(', ')}. `}
      {first === undefined ? undefined : (
        <>
          <a href={`#${anchorOf(first.name)}`}>
            {formats.number(yours.length)} {yours.length === 1 ? 'needs' : 'need'} you
          </a>
          .{' '}
        </>
      )}
      {still.length === 0 && first === undefined ? 'Texts leave on all of them. ' : undefined}
      Incoming messages are taken on all of them.
    </p>
  );
};

import type { JSX } from 'preact';
import type { LaneState } from '../../../outbound/laneStatus.js';
import type { PausableLane, ToldLane } from '../../api/overview.js';
import { useAsk } from '../asking.js';
import { anchorOf } from '../backends/lane.js';
import { Blank, Icon, Time } from '../parts.js';

interface Meaning {
  readonly icon: string;
  readonly tone: 'good' | 'wait' | 'bad';
  /** Who acts, after the reason. */
  readonly next: string;
}

const meanings: Readonly<Record<LaneState, Meaning>> = {
  held: { icon: 'held', tone: 'bad', next: 'Texts wait until someone mends the configuration.' },
  stopped: { icon: 'stopped', tone: 'bad', next: 'It starts again by itself.' },
  paused: { icon: 'paused', tone: 'wait', next: 'Tried again by itself.' },
  'catching-up': { icon: 'still', tone: 'wait', next: 'It takes up what was left from before the start.' },
  running: { icon: 'running', tone: 'good', next: '' },
};

/** Those that need someone first. */
const order: readonly string[] = [...Object.keys(meanings), 'elsewhere'];

export const Lanes = ({ lanes }: { readonly lanes: readonly ToldLane[] }): JSX.Element => (
  <section aria-labelledby="lanes">
    <h2 id="lanes">Ways out</h2>
    {lanes.length === 0 ? (
      <Blank title="No backend">
        <p>
          Name one in the configuration, under <code>backends</code>.
        </p>
      </Blank>
    ) : (
      <table>
        <thead>
          <tr>
            <th scope="col">Backend</th>
            <th scope="col">State and why</th>
            <th scope="col" class="n">
              Waiting
            </th>
            <th scope="col" class="n opt">
              In flight
            </th>
          </tr>
        </thead>
        <tbody>
          {lanes
            .toSorted((one, other) => order.indexOf(one.state) - order.indexOf(other.state))
            .map((lane) => (
              <Lane key={lane.backend} lane={lane} />
            ))}
        </tbody>
      </table>
    )}
  </section>
);

const Lane = ({ lane }: { readonly lane: ToldLane }) => {
  const { formats } = useAsk();
  return (
    <tr>
      <th scope="row">
        <a href={`/backends/#${anchorOf(lane.backend)}`}>{lane.backend}</a>
      </th>
      {lane.state === 'elsewhere' ? (
        <>
          <td class="soft">No lane of this process.</td>
          <td class="n">–</td>
          <td class="n opt">–</td>
        </>
      ) : (
        <>
          <td>
            <State lane={lane} />
          </td>
          <td class="n">{formats.number(lane.waiting)}</td>
          <td class="n opt">{formats.number(lane.inFlight)}</td>
        </>
      )}
    </tr>
  );
};

const State = ({ lane }: { readonly lane: PausableLane }) => {
  const { icon, tone } = meanings[lane.state];
  return (
    <>
      <span class={`${tone} nb`}>
        <Icon name={icon} /> {lane.state}
      </span>
      {lane.state === 'running' ? undefined : (
        <>
          {' '}
          <span class="soft">
            <Why lane={lane} />
          </span>
        </>
      )}
    </>
  );
};

const Why = ({ lane: { state, by, reason, since } }: { readonly lane: PausableLane }) =>
  by === undefined ? (
    <>
      {reason === undefined ? undefined : <code>{reason}</code>} Since <Time at={since} />.{' '}
      {meanings[state].next}
    </>
  ) : (
    <>
      By {by}, <Time at={since} />
      {reason === undefined ? undefined : (
        <>
          : “<bdi>{reason}</bdi>”
        </>
      )}
      . It waits until someone resumes it.
    </>
  );

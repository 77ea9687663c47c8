import type { JSX } from 'preact';
import type { RecordedEvent } from '../../../domain/event.js';
import type { Explanation } from '../../../explain/explanation.js';
import type { Change } from '../../../explain/state.js';
import { type Chain, textsOf } from '../../../explain/story.js';
import { happenedAt } from '../../../explain/time.js';
import { useAsk } from '../asking.js';
import { Note, Time } from '../parts.js';

interface StateProps {
  readonly story: Explanation;
  readonly then: Explanation | undefined;
  readonly revision: number;
  readonly path: string;
}

/** What was known after an event of the conversation, and what that event changed in it. */
export const StateAt = ({ story, then, revision, path }: StateProps): JSX.Element => {
  const { formats } = useAsk();
  const last = Number(story.revision);
  const first = story.missing;
  const event = then === undefined ? undefined : eventAt(then.chains, BigInt(revision));
  return (
    <section id="at" aria-labelledby="at-h">
      <h2 id="at-h">State at a time</h2>
      <form method="get" action={`${path}#at`}>
        <p>
          <label for="rev">
            After event {formats.number(revision - first + 1)} of {formats.number(last - first + 1)}
            {event === undefined ? undefined : (
              <>
                : <Time at={happenedAt(event)} />
              </>
            )}
          </label>
          <input id="rev" name="at" type="range" min={first} max={last} value={revision} />
        </p>
        <div class="row">
          {revision > first ? (
            <a class="btn" href={`${path}?at=${revision - 1}#at`}>
              Before
            </a>
          ) : undefined}
          <button type="submit">Show</button>
          {revision < last ? (
            <a class="btn" href={`${path}?at=${revision + 1}#at`}>
              Next
            </a>
          ) : undefined}
        </div>
      </form>
      {event === undefined ? undefined : (
        <p>
          This event: <code>{event.type}</code>
        </p>
      )}
      {then === undefined ? undefined : (
        <>
          {then.withoutApps === undefined ? undefined : (
            <Note>The memory of the apps is not shown: {then.withoutApps}</Note>
          )}
          <Memory then={then} changes={event === undefined ? [] : (then.changes?.get(event.id) ?? [])} />
        </>
      )}
    </section>
  );
};

const eventAt = (chains: readonly Chain[], revision: bigint): RecordedEvent | undefined =>
  chains.flatMap(eventsOf).find((event) => event.revision === revision);

const eventsOf = (chain: Chain): readonly RecordedEvent[] => {
  if (chain.way === 'none') return [chain.event];
  const texts = textsOf(chain).flatMap(({ decided, steps }) => [decided, ...steps]);
  const inbound =
    chain.way === 'in'
      ? [chain.received, ...chain.steps.flatMap(({ event, facts }) => [event, ...facts])]
      : [];
  return [...inbound, ...texts].filter((event): event is RecordedEvent => event !== undefined);
};

/** Each app's memory, field by field; marked is what the event changed. */
const Memory = ({
  then,
  changes,
}: {
  readonly then: Explanation;
  readonly changes: readonly Change[];
}): JSX.Element => {
  const apps = Object.entries(then.state?.apps ?? {});
  if (apps.length === 0) return <p class="soft">No app remembers anything then.</p>;
  return (
    <table>
      <caption>What each app remembers then. Marked: what this event changed.</caption>
      <thead>
        <tr>
          <th scope="col">App</th>
          <th scope="col">Field</th>
          <th scope="col">Value</th>
        </tr>
      </thead>
      <tbody>
        {apps.flatMap(([app, memory]) =>
          fieldsOf(memory).map(([field, value], index, all) => (
            <tr key={`${app} ${field}`}>
              {index === 0 ? (
                <th scope="rowgroup" rowSpan={all.length}>
                  {app}
                </th>
              ) : undefined}
              <td>{field}</td>
              <td>
                <Value
                  value={value}
                  change={changes.find(({ path }) => path === `apps.${app}.state.${field}`)}
                />
              </td>
            </tr>
          )),
        )}
      </tbody>
    </table>
  );
};

const fieldsOf = (memory: unknown): readonly (readonly [string, unknown])[] => {
  const { state, error } = memory as { readonly state?: unknown; readonly error?: unknown };
  if (error !== undefined) return [['error', error]];
  if (typeof state !== 'object' || state === null || Array.isArray(state)) return [['', state]];
  const fields = Object.entries(state);
  return fields.length === 0 ? [['', 'nothing yet']] : fields;
};

const Value = ({
  value,
  change,
}: {
  readonly value: unknown;
  readonly change: Change | undefined;
}): JSX.Element => {
  const words = textOf(value);
  if (change === undefined) return <span dir="auto">{words}</span>;
  return (
    <>
      {change.before === undefined ? undefined : (
        <del>
          <span class="vh">was </span>
          {textOf(change.before)}
        </del>
      )}{' '}
      <ins>
        <span class="vh">now </span>
        {words}
      </ins>
    </>
  );
};

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

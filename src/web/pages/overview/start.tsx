import type { JSX } from 'preact';
import type { AppChange, LastStart } from '../../../workers/lastStart.js';
import { Time } from '../parts.js';

/** What runs since when, and what is other than before. */
export const Start = ({ start }: { readonly start: LastStart }): JSX.Element => {
  const { version, node, nodeVersion, startedAt, before } = start;
  return (
    <section aria-labelledby="start">
      <h2 id="start">Last start</h2>
      <p>
        Router {version} on <code>{node}</code>, <Time at={startedAt} />, Node {nodeVersion.replace(/^v/, '')}
        .{' '}
        {before === undefined ? (
          'It is the first start that is known.'
        ) : (
          <Before start={start} before={before} />
        )}
      </p>
    </section>
  );
};

const Before = ({
  start,
  before,
}: {
  readonly start: LastStart;
  readonly before: NonNullable<LastStart['before']>;
}) => {
  const { version, nodeVersion, stoppedInOrder, changes } = before;
  const others = [
    ...(version === start.version ? [] : [`the router (was ${version})`]),
    ...(nodeVersion === start.nodeVersion ? [] : [`Node (was ${nodeVersion.replace(/^v/, '')})`]),
  ];
  return (
    <>
      {changes.length + others.length === 0 ? (
        'Nothing has changed since the start before.'
      ) : (
        <>
          Since the start before: {others.join(', ')}
          {others.length > 0 && changes.length > 0 ? '; ' : undefined}
          {changes.map((change, place) => (
            <>
              {place === 0 ? undefined : '; '}
              <Change key={change.app} change={change} />
            </>
          ))}
          {changes.length > 0 ? undefined : ' has changed'}.
        </>
      )}{' '}
      {stoppedInOrder
        ? 'The process before stopped in order.'
        : 'The process before was cut short: texts that were in flight then may have gone out twice, and say so.'}
    </>
  );
};

const Change = ({ change: { app, how, sha256, was } }: { readonly change: AppChange }) => (
  <>
    <a href={`/apps/#app-${app}`}>
      <code>{app}</code> {words[how]}
    </a>
    {sha256 === undefined || was === undefined ? undefined : (
      <>
        {' '}
        (<code title={sha256}>{short(sha256)}</code>, was <code title={was}>{short(was)}</code>)
      </>
    )}
  </>
);

const words: Readonly<Record<AppChange['how'], string>> = {
  added: 'is new',
  'taken away': 'is gone',
  changed: 'has changed',
  moved: 'has another place',
};

/** `9c41…e07`. */
export const short = (hash: string): string => `${hash.slice(0, 4)}…${hash.slice(-3)}`;

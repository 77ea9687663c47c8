import type { JSX } from 'preact';
import type { Code } from '../../../explain/code.js';
import { Time } from '../parts.js';

/** Which code decided, and whether it is the code of today. */
export const CodeWords = ({ code }: { readonly code: Code | undefined }): JSX.Element => {
  if (code === undefined) return <p class="xs soft">By which code was not recorded.</p>;
  const { run, app, isNamed, today } = code;
  return (
    <p class="xs soft">
      {isNamed ? 'Code' : 'Probably code'}: router {run.version}
      {app === undefined ? undefined : (
        <>
          , {app.name}
          {app.sha256 === undefined ? undefined : (
            <>
              {' '}
              <code title={app.sha256}>{app.sha256.slice(0, 8)}</code>
            </>
          )}
        </>
      )}
      , started <Time at={run.startedAt} /> on <code>{run.node}</code>. <TodayWords today={today} />
    </p>
  );
};

const TodayWords = ({ today }: Pick<Code, 'today'>): JSX.Element => {
  switch (today) {
    case 'same':
      return <span class="good">That is today’s code.</span>;
    case 'other':
      return <span class="wait">Not today’s: it has changed since.</span>;
    case 'gone':
      return <span class="wait">It is not installed any more.</span>;
  }
};

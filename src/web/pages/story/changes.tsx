import type { JSX } from 'preact';
import type { Change } from '../../../explain/state.js';

/** What an event changed in what is known. */
export const ChangeList = ({
  changes,
}: {
  readonly changes: readonly Change[] | undefined;
}): JSX.Element | null => {
  // What the router counts for itself explains nothing.
  const told = (changes ?? []).filter(({ path }) => /^(?:apps|contact)\b/.test(path));
  if (told.length === 0) return null;
  return (
    <dl class="diff xs">
      {told.map(({ path, before, after }) => (
        <>
          <dt>{path.replace(/^apps\.([^.]+)\.state/, '$1')}</dt>
          <dd>
            {before === undefined ? undefined : (
              <del>
                <span class="vh">was </span>
                {JSON.stringify(before)}
              </del>
            )}{' '}
            {after === undefined ? undefined : (
              <ins>
                <span class="vh">now </span>
                {JSON.stringify(after)}
              </ins>
            )}
          </dd>
        </>
      ))}
    </dl>
  );
};

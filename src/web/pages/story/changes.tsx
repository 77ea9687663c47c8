import type { JSX } from 'preact';
import type { Change } from '../../../explain/state.js';

/** What an event changed in what is known. */
export const ChangeList = ({
  changes,
}: {
  readonly changes: readonly Change[] | undefined;
}): JSX.Element | null => {
  if (changes === undefined || changes.length === 0) return null;
  return (
    <dl class="diff xs">
      {changes.map(({ path, before, after }) => (
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

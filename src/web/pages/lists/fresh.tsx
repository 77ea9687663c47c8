import type { JSX } from 'preact';
import type { Freshness } from '../../../audit/freshness.js';
import { useAsk } from '../asking.js';
import { Note } from '../parts.js';

/** Above a list that is not all that there is, or stands still: what is missing, and why. */
export const FreshNote = ({ fresh }: { readonly fresh: Freshness }): JSX.Element | undefined => {
  const { formats } = useAsk();
  const { states, part, fault, said } = fresh;
  if (states === 'complete' && fault === undefined) return undefined;
  return (
    <Note tone={fault === undefined ? 'warn' : 'bad'}>
      {said}{' '}
      {part === undefined || fault !== undefined ? undefined : (
        <progress value={part} max={1} aria-label="Made so far">
          {formats.share(part)}
        </progress>
      )}
    </Note>
  );
};

/** Below each list. */
export const Behind = ({ fresh }: { readonly fresh: Freshness }): JSX.Element => {
  const { formats } = useAsk();
  const { states, behind, orMore } = fresh;
  if (states === 'none' || states === 'incomplete' || behind === undefined)
    return <>The list is not complete.</>;
  if (behind === 0) return <>The list has all that is stored.</>;
  const many = `${orMore === true ? 'more than ' : ''}${formats.number(behind)} ${behind === 1 ? 'event' : 'events'}`;
  return <>The list is {many} behind.</>;
};

import type { ComponentChildren, JSX } from 'preact';
import { Mark } from './marks.js';
import { Said, Time } from './parts.js';

/** What a person has to look at: nothing more happens to it by itself. */
const dead = ['abandoned', 'unclear', 'failed', 'rejected'];
/** Characters that a bubble shows before it is opened: a text of two parts. */
const shownAtMost = 320;

/** A message in a conversation: theirs at the start, ours at the end of the line. */
export const Bubble = ({
  id,
  direction,
  text,
  at,
  app,
  status,
  to,
  children,
}: {
  readonly id: string;
  readonly direction: 'in' | 'out';
  /** Undefined: it was cut away. */
  readonly text: string | undefined;
  readonly at: string | undefined;
  readonly app: string | undefined;
  readonly status: string;
  /** Another than the one that the conversation is with. */
  readonly to?: ComponentChildren;
  /** Unfolds below it. */
  readonly children?: ComponentChildren;
}): JSX.Element => (
  <li id={`m-${id}`} class={`${direction}${direction === 'out' && dead.includes(status) ? ' dead' : ''}`}>
    <div class="bub">
      {to === undefined ? undefined : <p class="xs soft">{to}</p>}
      <Text text={text} />
    </div>
    <p class="meta">
      {at === undefined ? undefined : <Time at={at} as="minute" />}
      {app === undefined ? undefined : <span>{app}</span>}
      <Mark direction={direction} status={status} />
    </p>
    {children}
  </li>
);

const Text = ({ text }: { readonly text: string | undefined }): JSX.Element => {
  if (text === undefined) return <p class="soft">The text itself was cut away.</p>;
  if (text.length <= shownAtMost) return <Said text={text} />;
  return (
    <>
      <Said text={`${text.slice(0, shownAtMost).toWellFormed()} …`} />
      <details>
        <summary class="xs">The whole text: {text.length} characters</summary>
        <Said text={text} />
      </details>
    </>
  );
};

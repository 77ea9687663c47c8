import type { ComponentChildren, JSX } from 'preact';
import type { Message } from '../../audit/messages.js';
import { Mark } from './marks.js';
import { Said, Time } from './parts.js';

/** What a person has to look at: nothing more happens to it by itself. */
const dead = ['abandoned', 'unclear', 'failed', 'rejected'];
/** Characters that a bubble shows before it is opened: a text of two parts. */
const shownAtMost = 320;

/** A message in a conversation: theirs at the start, ours at the end of the line. */
export const Bubble = ({
  message: { direction, text = '', at, app, status },
  children,
}: {
  readonly message: Message;
  /** Unfolds below it. */
  readonly children?: ComponentChildren;
}): JSX.Element => (
  <li class={`${direction}${direction === 'out' && dead.includes(status) ? ' dead' : ''}`}>
    <div class="bub">{text.length > shownAtMost ? <Folded text={text} /> : <Said text={text} />}</div>
    <p class="meta">
      <Time at={at} as="minute" /> {direction === 'out' ? app : undefined}{' '}
      <Mark direction={direction} status={status} />
    </p>
    {children}
  </li>
);

const Folded = ({ text }: { readonly text: string }) => (
  <>
    <Said text={`${text.slice(0, shownAtMost)} …`} />
    <details>
      <summary class="xs">The whole text: {text.length} characters</summary>
      <Said text={text} />
    </details>
  </>
);

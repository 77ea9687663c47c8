// What stands before the door.
import type { ComponentChildren, JSX } from 'preact';
import { Brand } from '../frame.js';

export const Door = ({
  title,
  children,
}: {
  readonly title: string;
  readonly children: ComponentChildren;
}) => (
  <div class="door stack">
    <Brand title={title} />
    {children}
  </div>
);

/** What is wrong with what was sent. */
export const Problem = ({ text }: { readonly text: string | undefined }): JSX.Element | undefined =>
  text === undefined ? undefined : (
    <p class="note bad" role="alert" id="err">
      {text}
    </p>
  );

export const wrongIf = (problem: string | undefined) =>
  problem === undefined ? {} : { 'aria-invalid': true, 'aria-describedby': 'err' };

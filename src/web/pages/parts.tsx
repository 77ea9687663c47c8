import type { ComponentChildren, JSX } from 'preact';
import { shortenedNumber } from '../../access/numbers.js';
import { useAsk } from './asking.js';

export const Icon = ({ name }: { readonly name: string }): JSX.Element => (
  <svg class="i" aria-hidden="true">
    <use href={`#i-${name}`} />
  </svg>
);

/** When something was: how long ago within a day, then day and time; exactly, with its zone, on a closer look. */
export const Time = ({
  at,
  as = 'since',
}: {
  readonly at: string;
  readonly as?: 'since' | 'minute' | 'exactTime' | 'day';
}): JSX.Element => {
  const { formats } = useAsk();
  return (
    <time dateTime={at} title={formats.exact(at)}>
      {formats[as](at)}
    </time>
  );
};

/** Someone's number, shortened for who may not see it whole. */
export const Identity = ({ of }: { readonly of: string }): JSX.Element => {
  const { visitor } = useAsk();
  return <bdi class="nb">{visitor.seesNumbers ? of : shortenedNumber(of)}</bdi>;
};

/** What a person wrote, in its own direction. */
export const Said = ({ text, class: also = '' }: { readonly text: string; readonly class?: string }) =>
  text === '' ? (
    <p class={`said soft ${also}`.trim()}>an empty text</p>
  ) : (
    <p class={`said ${also}`.trim()} dir="auto">
      {text}
    </p>
  );

/** Something that the reader must know. */
export const Note = ({
  tone = 'warn',
  children,
}: {
  readonly tone?: 'warn' | 'bad' | 'ok';
  readonly children: ComponentChildren;
}): JSX.Element =>
  tone === 'bad' ? (
    <p class="note bad" role="alert">
      {children}
    </p>
  ) : (
    <p class={tone === 'ok' ? 'note ok' : 'note'} role={tone === 'ok' ? 'status' : undefined}>
      {children}
    </p>
  );

/** In the place of a list that is empty: that it is, and what to do. */
export const Blank = ({
  title,
  children,
}: {
  readonly title: string;
  readonly children?: ComponentChildren;
}) => (
  <div class="blank">
    <h3>{title}</h3>
    {children}
  </div>
);

/**
 * How far behind the events a list is, in words; nothing when it is not. With scripts the page looks again until it has caught up.
 *
 * @param said - `Freshness.said`
 */
export const Behind = ({ said }: { readonly said: string }): JSX.Element | undefined =>
  said === '' ? undefined : (
    <p class="xs soft" data-behind>
      {said}
    </p>
  );

/** A form that changes something: it says that it comes from a page of ours. */
export const Form = ({
  action,
  children,
  within = false,
  ...others
}: {
  readonly action: string;
  readonly children: ComponentChildren;
  readonly class?: string;
  readonly encType?: 'multipart/form-data';
  readonly id?: string;
  /** With scripts, the reader stays on the page as it is. */
  readonly within?: boolean;
}): JSX.Element => (
  <form method="post" action={action} {...others} data-within={within ? '' : undefined}>
    <input type="hidden" name="formToken" value={useAsk().formToken} />
    {children}
  </form>
);

import type { ComponentChildren, JSX } from 'preact';
import { useAsk } from '../asking.js';

/** The way to the pages beside; undefined where there is none. */
export const Pager = ({
  newer,
  older,
  children,
}: {
  readonly newer?: string | undefined;
  readonly older?: string | undefined;
  readonly children: ComponentChildren;
}): JSX.Element => (
  <nav class="row pager" aria-label="Pages of the list">
    {newer === undefined ? undefined : (
      <a class="btn" href={newer} rel="prev">
        Newer
      </a>
    )}
    {older === undefined ? undefined : (
      <a class="btn" href={older} rel="next">
        Older
      </a>
    )}
    <span class="xs soft push">{children}</span>
  </nav>
);

/** A part of the question, with the way to be rid of it. */
export interface Chip {
  readonly part: string;
  readonly said: string;
  /** Without it. */
  readonly href: string;
}

export const Chips = ({ chips }: { readonly chips: readonly Chip[] }): JSX.Element => (
  <>
    {chips.map(({ part, said, href }) => (
      <a key={`${part} ${said}`} class="chip" href={href}>
        <span class="soft">{part}</span> <bdi>{said}</bdi> <span aria-hidden="true">×</span>
        <span class="vh">take this filter away</span>
      </a>
    ))}
  </>
);

/** How many there are in all, as far as they were counted. */
export const Matching = ({
  n,
  orMore,
  one,
  many,
}: {
  readonly n: number;
  readonly orMore: boolean;
  readonly one: string;
  readonly many: string;
}): JSX.Element => (
  <span>
    <b>
      {orMore ? 'more than ' : ''}
      {useAsk().formats.number(n)}
    </b>{' '}
    {n === 1 ? one : many}
  </span>
);

/** Stands hidden at the top of a live list: the script shows it instead of moving the list. */
export const News = ({ href }: { readonly href: string }): JSX.Element => (
  <p class="note ok" role="status" data-news="" hidden>
    <a href={href}>Something new: show</a>
  </p>
);

interface FieldProps {
  readonly name: string;
  readonly label: string;
  readonly value: string;
}

export const Field = ({
  name,
  label,
  value,
  isSearch = false,
  placeholder,
}: FieldProps & {
  /** What the form is about: as wide as there is room. */
  readonly isSearch?: boolean;
  readonly placeholder?: string;
}): JSX.Element => {
  const [id, others] = [`f-${name}`, { name, value, placeholder, dir: 'auto', autocomplete: 'off' } as const];
  return (
    <p class={isSearch ? 'grow' : undefined}>
      <label for={id}>{label}</label>
      {isSearch ? <input id={id} type="search" {...others} /> : <input id={id} {...others} />}
    </p>
  );
};

/** @param value - see {@link wallTime} */
export const TimeField = ({ name, label, value }: FieldProps): JSX.Element => (
  <p class="date">
    <label for={`f-${name}`}>{label}</label>
    <input id={`f-${name}`} name={name} type="datetime-local" step={1} value={value} />
  </p>
);

type Choice = readonly [value: string, said: string];

/** A value that is none of the choices, since a link has it, is one more. */
export const Choose = ({
  name,
  label,
  value,
  any,
  choices,
  groups = [],
}: FieldProps & {
  /** What is said when none is chosen. */
  readonly any: string;
  readonly choices: readonly Choice[];
  readonly groups?: readonly (readonly [title: string, choices: readonly Choice[]])[];
}): JSX.Element => {
  const all = [...choices, ...groups.flatMap(([, some]) => some)];
  const isKnown = value === '' || all.some(([known]) => known === value);
  return (
    <p>
      <label for={`f-${name}`}>{label}</label>
      <select id={`f-${name}`} name={name}>
        <option value="">{any}</option>
        {isKnown ? undefined : (
          <option value={value} selected>
            {value}
          </option>
        )}
        <Options choices={choices} value={value} />
        {groups.map(([title, some]) => (
          <optgroup key={title} label={title}>
            <Options choices={some} value={value} />
          </optgroup>
        ))}
      </select>
    </p>
  );
};

const Options = ({ choices, value }: { readonly choices: readonly Choice[]; readonly value: string }) => (
  <>
    {choices.map(([known, said]) => (
      <option key={known} value={known} selected={known === value}>
        {said}
      </option>
    ))}
  </>
);

import type { ComponentChildren, JSX } from 'preact';

interface Column {
  readonly title: string;
  /** `when`, `who`, `text`, `app`, `st`, `n`, `box`: how wide it is, and where it goes on a narrow screen. */
  readonly class?: string;
}

/**
 * A list as a register book has it. On a narrow screen each row becomes an entry: the roles, which elsewhere say nothing new, keep it a
 * table there for who hears it.
 */
export const Register = ({
  caption,
  columns,
  children,
  class: also = '',
}: {
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly children: ComponentChildren;
  readonly class?: string;
}): JSX.Element => (
  <table role="table" class={`reg fold ${also}`.trim()}>
    <caption class="vh">{caption}</caption>
    <thead role="rowgroup">
      <tr role="row">
        {columns.map(({ title, class: kind }) => (
          <th key={title} role="columnheader" scope="col" class={kind}>
            {kind === 'box' ? <span class="vh">{title}</span> : title}
          </th>
        ))}
      </tr>
    </thead>
    <tbody role="rowgroup">{children}</tbody>
  </table>
);

export const Row = ({
  children,
  class: kind,
}: {
  readonly children: ComponentChildren;
  readonly class?: string | undefined;
}) => (
  <tr role="row" class={kind}>
    {children}
  </tr>
);

export const Cell = ({
  children,
  class: kind,
}: {
  readonly children?: ComponentChildren;
  readonly class?: string;
}) => (
  <td role="cell" class={kind}>
    {children}
  </td>
);

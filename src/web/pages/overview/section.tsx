import type { ComponentChildren, JSX } from 'preact';

export const Section = ({
  id,
  title,
  children,
}: {
  readonly id: string;
  readonly title: string;
  readonly children: ComponentChildren;
}): JSX.Element => (
  <section aria-labelledby={id}>
    <h2 id={id}>{title}</h2>
    {children}
  </section>
);

/** The head of a table: titles, each with how its column is set. */
export const Head = ({
  columns,
}: {
  readonly columns: readonly (readonly [title: string, kind?: string])[];
}) => (
  <thead>
    <tr>
      {columns.map(([title, kind]) => (
        <th key={title} scope="col" class={kind}>
          {title}
        </th>
      ))}
    </tr>
  </thead>
);

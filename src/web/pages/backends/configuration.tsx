import type { JSX } from 'preact';

/** Its keys, folded; secrets are said to be set. */
export const Configuration = ({
  name,
  configuration,
  blank,
}: {
  readonly name: string;
  readonly configuration: object;
  readonly blank: string;
}): JSX.Element => (
  <details>
    <summary class="xs">Configuration</summary>
    <table>
      <caption class="vh">Configuration of {name}</caption>
      <thead>
        <tr>
          <th scope="col">Key</th>
          <th scope="col">Value</th>
        </tr>
      </thead>
      <tbody>
        {rowsOf(configuration).map(([key, value]) => (
          <tr key={key}>
            <th scope="row">
              <code>{key}</code>
            </th>
            <td>{value === blank ? <span class="soft">set, not shown</span> : <code>{value}</code>}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </details>
);

const rowsOf = (value: unknown, path: readonly string[] = []): readonly (readonly [string, string])[] =>
  typeof value === 'object' && value !== null && Object.keys(value).length > 0
    ? Object.entries(value).flatMap(([key, part]) => rowsOf(part, [...path, key]))
    : [[path.join('.'), typeof value === 'string' ? value : JSON.stringify(value)]];

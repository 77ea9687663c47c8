import type { JSX } from 'preact';
import type { ToldApp } from '../../../audit/figures/installed.js';
import type { AppOrigin } from '../../../domain/events.js';
import { short } from '../overview/start.js';

/** Which code it is that answers. @param version - of the router, and so of the apps within it */
export const Codes = ({
  apps,
  version,
}: {
  readonly apps: readonly ToldApp[];
  readonly version: string;
}): JSX.Element => (
  <section aria-labelledby="codes">
    <h2 id="codes">Code</h2>
    <table>
      <thead>
        <tr>
          <th scope="col">App</th>
          <th scope="col">Code</th>
          <th scope="col" class="opt">
            Takes
          </th>
        </tr>
      </thead>
      <tbody>
        {apps.map(({ name, origin }) =>
          origin === undefined ? undefined : <CodeRow key={name} origin={origin} version={version} />,
        )}
      </tbody>
    </table>
  </section>
);

const CodeRow = ({ origin, version }: { readonly origin: AppOrigin; readonly version: string }) => {
  const { name, source, sha256, takes } = origin;
  const words = [...(takes?.keywords ?? []), ...(takes?.patterns ?? [])];
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>
        {sha256 === undefined ? (
          `of the router, ${version}`
        ) : (
          <>
            <code title={sha256}>{short(sha256)}</code> <code class="soft">{source}</code>
          </>
        )}
      </td>
      <td class="opt">
        {words.length === 0 ? (
          <span class="soft">what its code decides</span>
        ) : (
          words.map((word) => (
            <>
              <code key={word}>{word}</code>{' '}
            </>
          ))
        )}
      </td>
    </tr>
  );
};

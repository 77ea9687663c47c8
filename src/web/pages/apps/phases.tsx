import type { JSX } from 'preact';
import type { PhaseFigures } from '../../../audit/figures/apps.js';
import type { ToldApp } from '../../../audit/figures/installed.js';
import { useAsk } from '../asking.js';

/** How long the calls took, and how they failed, phase by phase. */
export const Phases = ({ apps }: { readonly apps: readonly ToldApp[] }): JSX.Element | undefined => {
  const called = apps.filter(({ figures }) => figures !== undefined);
  if (called.length === 0) return undefined;
  return (
    <section aria-labelledby="phases">
      <h2 id="phases">Times by phase</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">App</th>
            <th scope="col">Phase</th>
            <th scope="col" class="n">
              Calls
            </th>
            <th scope="col" class="n opt">
              Half
            </th>
            <th scope="col" class="n opt">
              95 %
            </th>
            <th scope="col" class="n">
              99 %
            </th>
            <th scope="col" class="n opt">
              Longest
            </th>
            <th scope="col" class="n">
              Threw
            </th>
            <th scope="col" class="n opt">
              Too long
            </th>
          </tr>
        </thead>
        {called.map(({ name, figures }) => (
          <tbody key={name}>
            {figures?.phases.map((phase, place) => (
              <PhaseRow
                key={phase.phase}
                phase={phase}
                name={name}
                phases={place === 0 ? figures.phases.length : 0}
              />
            ))}
          </tbody>
        ))}
      </table>
    </section>
  );
};

/** @param phases - of the app, with its first one */
const PhaseRow = ({
  phase: { phase, calls, took, threw, timedOut },
  name,
  phases,
}: {
  readonly phase: PhaseFigures;
  readonly name: string;
  readonly phases: number;
}) => {
  const { formats } = useAsk();
  const { p50, p95, p99, longest } = took;
  return (
    <tr>
      {phases === 0 ? undefined : (
        <th scope="rowgroup" rowSpan={phases}>
          {name}
        </th>
      )}
      <td>{phase}</td>
      <td class="n">{formats.number(calls)}</td>
      <td class="n nb opt">{formats.duration(p50)}</td>
      <td class="n nb opt">{formats.duration(p95)}</td>
      <td class="n nb">{formats.duration(p99)}</td>
      <td class="n nb opt">{formats.duration(longest)}</td>
      <td class={threw > 0 ? 'n bad' : 'n'}>{formats.number(threw)}</td>
      <td class={timedOut > 0 ? 'n bad opt' : 'n opt'}>{formats.number(timedOut)}</td>
    </tr>
  );
};

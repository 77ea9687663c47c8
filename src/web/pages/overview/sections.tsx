import type { JSX } from 'preact';
import type { AppFigures } from '../../../audit/figures/apps.js';
import type { TookFigures } from '../../../audit/figures/day.js';
import { failedCalls } from '../../../audit/figures/installed.js';
import type { LetterKind, Waiting } from '../../../audit/figures/waiting.js';
import type { Quantiles } from '../../../audit/spread.js';
import type { ToldProjection } from '../../api/overview.js';
import { useAsk } from '../asking.js';
import { Blank, Time } from '../parts.js';
import { Head, Section } from './section.js';

const kinds: Readonly<Record<LetterKind, string>> = {
  inbound: 'In: an app failed',
  abandoned: 'Out: given up',
  unclear: 'Out: it may have left',
};

export const Letters = ({ letters }: Pick<Waiting, 'letters'>): JSX.Element => {
  const { formats } = useAsk();
  const present = (Object.keys(kinds) as LetterKind[]).filter((kind) => letters[kind].n > 0);
  return (
    <Section id="letters" title="Wait for a person">
      {present.length === 0 ? (
        <Blank title="Nothing does" />
      ) : (
        <table>
          <Head columns={[['Kind'], ['Oldest'], ['Messages', 'n']]} />
          <tbody>
            {present.map((kind) => {
              const { n, oldest } = letters[kind];
              return (
                <tr key={kind}>
                  <th scope="row">
                    <a href="/deadletters/">{kinds[kind]}</a>
                  </th>
                  <td>{oldest === undefined ? undefined : <Time at={oldest} />}</td>
                  <td class="n">{formats.number(n)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
    </Section>
  );
};

/** @param today - since when it is today */
export const Times = ({
  took,
  today,
}: {
  readonly took: TookFigures;
  readonly today: string;
}): JSX.Element => (
  <Section id="times" title="How long it took today">
    <table>
      {took.since === today ? undefined : (
        <caption>
          Of what came since <Time at={took.since} as="minute" />; texts: of the newest
        </caption>
      )}
      <Head columns={[['From, to'], ['Half', 'n'], ['95 %', 'n'], ['99 %', 'n']]} />
      <tbody>
        <TimesRow name="Received, decided" quantiles={took.answered} />
        <TimesRow name="Decided, handed over" quantiles={took.handedOver} />
        <TimesRow name="Handed over, delivered" quantiles={took.delivered} />
      </tbody>
    </table>
  </Section>
);

const TimesRow = ({
  name,
  quantiles,
}: {
  readonly name: string;
  readonly quantiles: Quantiles | undefined;
}) => {
  const { formats } = useAsk();
  const shares = [quantiles?.p50, quantiles?.p95, quantiles?.p99];
  return (
    <tr>
      <th scope="row">{name}</th>
      {shares.map((ms, place) => (
        <td key={String(place)} class="n nb">
          {ms === undefined ? '–' : formats.duration(ms)}
        </td>
      ))}
    </tr>
  );
};

/** @param apps - the worst of them */
export const AppsToday = ({
  apps,
  isCounted,
}: {
  readonly apps: readonly AppFigures[];
  readonly isCounted: boolean;
}): JSX.Element => {
  const { formats } = useAsk();
  return (
    <Section id="apps" title="Apps today">
      {apps.length === 0 ? (
        <Blank title={isCounted ? 'No app was called today' : 'Not counted yet'} />
      ) : (
        <table>
          <caption>The slowest calls, and what failed. The day is that of UTC</caption>
          <Head columns={[['App'], ['Calls', 'n'], ['99 %', 'n'], ['Failed', 'n']]} />
          <tbody>
            {apps.map((app) => (
              <tr key={app.app}>
                <th scope="row">
                  <a href={`/apps/#app-${app.app}`}>{app.app}</a>
                </th>
                <td class="n">{formats.number(app.calls)}</td>
                <td class="n nb">{formats.duration(app.took.p99)}</td>
                <td class={failedCalls(app) > 0 ? 'n bad' : 'n'}>{formats.number(failedCalls(app))}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
};

const tones: Readonly<Record<string, string>> = { 'catching-up': 'wait', refused: 'bad', stopped: 'bad' };

export const Projections = ({
  projections,
}: {
  readonly projections: readonly ToldProjection[];
}): JSX.Element => {
  const { formats } = useAsk();
  return (
    <Section id="projections" title="Lists and counts">
      {projections.length === 0 ? (
        <Blank title="Not run here">
          <p>Another process of this data folder runs them, or none does yet.</p>
        </Blank>
      ) : (
        <table>
          <caption>How far the projections are behind the events</caption>
          <Head columns={[['Name'], ['State'], ['Behind', 'n']]} />
          <tbody>
            {projections.map(({ name, phase, lagMs, fault }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>
                  <span class={tones[phase]}>{phase}</span>
                  {fault === undefined ? undefined : (
                    <>
                      {' '}
                      <code>{fault}</code>
                    </>
                  )}
                </td>
                <td class="n nb">{lagMs < 1_000 ? '–' : formats.duration(lagMs)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
};

// `/apps/`: which code answers, how often, how long it takes and where it fails.
import type { JSX } from 'preact';
import type { AppsDone } from '../../../audit/figures/figures.js';
import { appsTogether, failedCalls, type ToldApp } from '../../../audit/figures/installed.js';
import { dayOf, type OverviewNeeds } from '../../api/overview.js';
import { useAsk } from '../asking.js';
import type { Formats } from '../formats.js';
import { Behind, Blank } from '../parts.js';
import type { PageRoute } from '../route.js';
import { Codes } from './codes.js';
import { Phases } from './phases.js';

/** How far back, by the value of the query. */
const spans: Readonly<Record<string, { readonly days: number; readonly says: string }>> = {
  '1': { days: 1, says: 'Today' },
  '7': { days: 7, says: '7 days' },
  '30': { days: 30, says: '30 days' },
};
const dayMs = 86_400_000;

export const appsPage = (needs: OverviewNeeds): PageRoute => ({
  method: 'GET',
  path: '/apps/',
  right: 'see',
  answer: async ({ query, now }) => {
    const chosen = query.get('days') ?? '1';
    const span = spans[chosen] ?? spans['1'];
    const from = dayOf(now - ((span?.days ?? 1) - 1) * dayMs);
    const done = await needs.apps(from, dayOf(now));
    const apps = appsTogether(needs.installed, done.figures?.apps ?? []);
    const told = { apps, done, version: needs.version, chosen: String(span?.days ?? 1) };
    return { kind: 'page', title: 'Apps', body: <Apps {...told} />, live: ['messages'] };
  },
});

interface AppsProps {
  readonly apps: readonly ToldApp[];
  readonly done: AppsDone;
  readonly version: string;
  readonly chosen: string;
}

const Apps = ({ apps, done, version, chosen }: AppsProps): JSX.Element => (
  <>
    <header>
      <h1>Apps</h1>
      <AppsLede apps={apps} done={done} />
      <nav aria-label="How far back">
        <p class="row">
          {Object.entries(spans).map(([days, { says }]) => (
            <a
              key={days}
              class="chip"
              href={days === '1' ? '/apps/' : `/apps/?days=${days}`}
              aria-current={days === chosen ? 'page' : undefined}
            >
              {says}
            </a>
          ))}
          <span class="xs soft">Days of UTC. Played phones do not count.</span>
        </p>
      </nav>
    </header>
    <Behind said={done.fresh.said} />
    {apps.length === 0 ? (
      <Blank title="No app">
        <p>
          Without one nobody is answered. Name some in the configuration, under <code>apps</code>.
        </p>
      </Blank>
    ) : (
      <>
        <Calls apps={apps} />
        <Phases apps={apps} />
        <Codes apps={apps} version={version} />
      </>
    )}
  </>
);

const AppsLede = ({ apps, done: { figures: answer } }: Pick<AppsProps, 'apps' | 'done'>) => {
  const { formats } = useAsk();
  const running = apps.filter(({ order }) => order !== undefined).length;
  const said = `${running === 1 ? '1 app is' : `${formats.number(running)} apps are`} asked, in this order.`;
  if (answer === undefined) return <p class="lede">{said} What they do is not counted yet.</p>;
  const messages = answer.messages === 1 ? '1 message' : `${formats.number(answer.messages)} messages`;
  const failed = apps.reduce(
    (sum, { figures }) => sum + (figures === undefined ? 0 : failedCalls(figures)),
    0,
  );
  return (
    <p class="lede">
      {said} They were asked about {messages},{' '}
      {failed === 0 ? 'and no call failed.' : <span class="bad">and {callsOf(failed, formats)} failed.</span>}
    </p>
  );
};

const callsOf = (n: number, formats: Formats): string => (n === 1 ? '1 call' : `${formats.number(n)} calls`);

const Calls = ({ apps }: Pick<AppsProps, 'apps'>) => (
  <section aria-labelledby="calls">
    <h2 id="calls">Calls</h2>
    <table>
      <thead>
        <tr>
          <th scope="col" class="n">
            <span class="vh">Place</span>
          </th>
          <th scope="col">App</th>
          <th scope="col" class="n">
            Calls
          </th>
          <th scope="col" class="n opt">
            Decided
          </th>
          <th scope="col" class="n opt">
            Half
          </th>
          <th scope="col" class="n">
            99 %
          </th>
          <th scope="col" class="n">
            Failed
          </th>
        </tr>
      </thead>
      <tbody>
        {apps.map((app) => (
          <CallsRow key={app.name} app={app} />
        ))}
      </tbody>
    </table>
    <p class="xs soft">
      Decided: messages whose outcome is by the app. Half and 99 % of the calls took at most so long.
    </p>
  </section>
);

const CallsRow = ({ app: { name, order, figures } }: { readonly app: ToldApp }) => {
  const { formats } = useAsk();
  const number = (value: number | undefined) => (value === undefined ? '0' : formats.number(value));
  const duration = (ms: number | undefined) => (ms === undefined ? '–' : formats.duration(ms));
  const failed = figures === undefined ? 0 : failedCalls(figures);
  return (
    <tr id={`app-${name}`}>
      <td class="n soft">{order ?? '–'}</td>
      <th scope="row">
        {name} {order === undefined ? <span class="soft">runs no more</span> : undefined}
      </th>
      <td class="n">{number(figures?.calls)}</td>
      <td class="n opt">{number(figures?.decided)}</td>
      <td class="n nb opt">{duration(figures?.took.p50)}</td>
      <td class="n nb">{duration(figures?.took.p99)}</td>
      <td class="n">
        <Failed calls={failed} letters={figures?.failed ?? 0} />
      </td>
    </tr>
  );
};

/** @param letters - messages that wait for a person since */
const Failed = ({ calls, letters }: { readonly calls: number; readonly letters: number }) => {
  const { formats } = useAsk();
  if (calls === 0) return <>0</>;
  if (letters === 0) return <span class="bad">{formats.number(calls)}</span>;
  return (
    <a href="/deadletters/" class="bad">
      {formats.number(calls)}
    </a>
  );
};

// `/`: is it well, and must I do something?
import type { JSX } from 'preact';
import type { AppsDone, Day } from '../../../audit/figures/figures.js';
import { worstOf } from '../../../audit/figures/installed.js';
import type { LastStart } from '../../../workers/lastStart.js';
import { dayOf, type OverviewNeeds, type ToldLane, type ToldProjection } from '../../api/overview.js';
import { Behind } from '../parts.js';
import type { PageRoute } from '../route.js';
import { Figures, Lede } from './atAGlance.js';
import { Hours } from './hours.js';
import { Lanes } from './lanes.js';
import { AppsToday, Letters, Projections, Times } from './sections.js';
import { Start } from './start.js';

export const overviewPage = (needs: OverviewNeeds): PageRoute => ({
  method: 'GET',
  path: '/',
  right: 'see',
  answer: async ({ formats, now }) => {
    const today = dayOf(now);
    const [isReady, day, apps, start] = await Promise.all([
      needs.isReady(),
      needs.day(formats.zone),
      needs.apps(today, today),
      needs.lastStart(),
    ]);
    const told = { isReady, day, apps, start, lanes: needs.lanes(), projections: needs.projections() };
    return { kind: 'page', title: 'Overview', body: <Overview {...told} />, live: ['all'] };
  },
});

interface OverviewProps {
  readonly isReady: boolean;
  readonly day: Day;
  readonly apps: AppsDone;
  readonly start: LastStart | undefined;
  readonly lanes: readonly ToldLane[];
  readonly projections: readonly ToldProjection[];
}

const appsShown = 5;

const Overview = ({
  isReady,
  day: { figures, fresh },
  apps,
  start,
  lanes,
  projections,
}: OverviewProps): JSX.Element => (
  <>
    <header>
      <h1>Overview</h1>
      <Lede isReady={isReady} waiting={figures?.waiting} lanes={lanes} />
    </header>
    <Behind said={fresh.said} />
    {figures === undefined ? undefined : <Figures figures={figures} />}
    {figures === undefined ? undefined : <Hours hours={figures.hours} />}
    <Lanes lanes={lanes} />
    <div class="two-up">
      {figures === undefined ? undefined : <Letters letters={figures.waiting.letters} />}
      {figures === undefined ? undefined : <Times took={figures.took} today={figures.today.since} />}
      <AppsToday apps={worstOf(apps.figures?.apps ?? [], appsShown)} isCounted={apps.figures !== undefined} />
      <Projections projections={projections} />
    </div>
    {start === undefined ? undefined : <Start start={start} />}
  </>
);

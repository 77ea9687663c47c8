// `/webhooks/`: what is told to other services, and whether they take it.
import type { JSX } from 'preact';
import type { WebhookReport, WebhookState } from '../../../webhooks/status.js';
import type { WebhookSupervision } from '../../../webhooks/supervision.js';
import { pathPart } from '../../api/paths.js';
import { Blank } from '../parts.js';
import type { PageRoute } from '../route.js';
import { onePages } from './one.js';
import { Figures, Settings, State, Why } from './state.js';

const path = '/webhooks/';

/** Where one webhook is looked at. */
export const pathOfWebhook = (name: string): string => `${path}${pathPart(name)}/`;

export const webhooksPages = (webhooks: WebhookSupervision): readonly PageRoute[] => [
  {
    method: 'GET',
    path,
    right: 'see',
    answer: async () => ({
      kind: 'page',
      title: 'Webhooks',
      body: <Webhooks reports={await webhooks.list()} />,
      live: ['all'],
    }),
  },
  ...onePages(webhooks, path),
];

/** Those that need someone first. */
const order: readonly WebhookState[] = ['stopped', 'failing', 'catching-up', 'running'];

const Webhooks = ({ reports }: { readonly reports: readonly WebhookReport[] }): JSX.Element => (
  <>
    <header>
      <h1>Webhooks</h1>
      {reports.length === 0 ? undefined : <p class="lede">{ledeOf(reports)}</p>}
    </header>
    {reports.length === 0 ? (
      <Blank title="None is configured">
        <p>
          Under <code>webhooks</code> in the configuration stand addresses that are told what happens, each
          call signed.
        </p>
      </Blank>
    ) : (
      reports
        .toSorted((one, other) => order.indexOf(one.state) - order.indexOf(other.state))
        .map((report) => <One key={report.name} report={report} />)
    )}
  </>
);

const ledeOf = (reports: readonly WebhookReport[]): string => {
  const wrong = reports
    .filter(({ state }) => state === 'failing' || state === 'stopped')
    .map(({ name }) => name);
  const aside = reports.some(({ putAside }) => putAside > 0);
  const waits = aside ? ' Calls that were put aside wait for a person.' : '';
  if (wrong.length === 0) return `${reports.length === 1 ? 'It takes' : 'All take'} what is told.${waits}`;
  const verb = wrong.length === 1 ? 'does' : 'do';
  return `${listed(wrong)} ${verb} not take all that is told.${waits}`;
};

/** `a, b and c`. */
const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

const One = ({ report }: { readonly report: WebhookReport }) => {
  const { name, putAside } = report;
  return (
    <article class="lane" id={name} aria-labelledby={`${name}-h`}>
      <div class="row">
        <h2 id={`${name}-h`}>
          <a href={pathOfWebhook(name)}>{name}</a>
        </h2>
        <State state={report.state} />
      </div>
      <Why of={report} />
      <Figures of={report} />
      <Settings of={report} />
      {putAside === 0 ? undefined : (
        <p>
          <a href={pathOfWebhook(name)}>See what was put aside, and send it again</a>
        </p>
      )}
    </article>
  );
};

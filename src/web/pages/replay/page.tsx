import type { JSX } from 'preact';
import { isDifference, type Kind, kinds } from '../../../replay/kinds.js';
import { wordsOf } from '../../../replay/kindWords.js';
import type { ReplayRun } from '../../../replay/runs.js';
import { useAsk } from '../asking.js';
import { Blank, Form, Note, Time } from '../parts.js';
import { Differences } from './differences.js';
import type { ReplayPagesNeeds } from './needs.js';

export const RunsPage = ({
  runs,
  backends,
  apps,
  conversation,
}: ReplayPagesNeeds & { readonly conversation: string }): JSX.Element => (
  <>
    <header>
      <h1>Replay</h1>
      <p class="lede">What would today’s apps have answered?</p>
      <p class="xs soft">Nothing is sent and nothing is stored: a replay reaches no gateway and no store.</p>
    </header>
    {runs === undefined ? (
      <Note>
        This router cannot start a replay, since its events are in memory only, or it is part of another
        program: <code>threadless replay</code> does it where they are.
      </Note>
    ) : (
      <>
        <StartForm backends={backends} apps={apps} conversation={conversation} />
        <section aria-labelledby="runs-h">
          <h2 id="runs-h">Replays</h2>
          {runs.all.length === 0 ? (
            <Blank title="None yet">
              <p>Those that are started here stand here until the router stops.</p>
            </Blank>
          ) : (
            <Runs runs={runs.all} />
          )}
        </section>
      </>
    )}
  </>
);

const StartForm = ({
  backends,
  apps,
  conversation,
}: Pick<ReplayPagesNeeds, 'backends' | 'apps'> & { readonly conversation: string }): JSX.Element => {
  const { formats } = useAsk();
  return (
    <section aria-labelledby="start-h">
      <h2 id="start-h">Run one</h2>
      <Form action="/replay/">
        <div class="grid">
          <p class="date">
            <label for="since">Since ({formats.zoneSaid})</label>
            <input id="since" name="since" placeholder="30d, 2026-03-01, yesterday" autocomplete="off" />
          </p>
          <p class="date">
            <label for="until">Until ({formats.zoneSaid})</label>
            <input id="until" name="until" placeholder="now" autocomplete="off" />
          </p>
          <Choice name="backend" title="Backend" values={backends} />
          <Choice name="app" title="App" values={apps} />
          <p>
            <label for="conversation">Conversation</label>
            <input
              id="conversation"
              name="conversation"
              placeholder="backend:number"
              value={conversation}
              autocomplete="off"
            />
          </p>
          <fieldset>
            <legend>Memory</legend>
            <label class="tick">
              <input type="radio" name="memory" value="story" checked /> The whole story: what would each
              conversation have been?
            </label>
            <label class="tick">
              <input type="radio" name="memory" value="here" /> From here: what would each message have got,
              with the memory as it was recorded?
            </label>
          </fieldset>
          <p>
            <button type="submit" class="do">
              Run
            </button>
          </p>
        </div>
      </Form>
    </section>
  );
};

const Choice = ({
  name,
  title,
  values,
}: {
  readonly name: string;
  readonly title: string;
  readonly values: readonly string[];
}) => (
  <p>
    <label for={name}>{title}</label>
    <select id={name} name={name}>
      <option value="">all</option>
      {values.map((value) => (
        <option key={value} value={value}>
          {value}
        </option>
      ))}
    </select>
  </p>
);

const Runs = ({ runs }: { readonly runs: readonly ReplayRun[] }): JSX.Element => (
  <table>
    <thead>
      <tr>
        <th scope="col">Started</th>
        <th scope="col">By</th>
        <th scope="col">What</th>
        <th scope="col">Result</th>
      </tr>
    </thead>
    <tbody>
      {runs.map((run) => (
        <tr key={run.id}>
          <th scope="row">
            <a href={`/replay/${run.id}/`}>
              <Time at={run.startedAt} />
            </a>
          </th>
          <td>{run.by}</td>
          <td>{wishWords(run)}</td>
          <td>
            <Result run={run} />
          </td>
        </tr>
      ))}
    </tbody>
  </table>
);

const wishWords = ({ wish: { since, until, backend, app, conversation, fromHere } }: ReplayRun): string =>
  [
    since === undefined ? '' : `since ${since}`,
    until === undefined ? '' : `until ${until}`,
    backend ?? '',
    app === undefined ? '' : `app ${app}`,
    conversation === undefined ? '' : 'one conversation',
    fromHere === true ? 'from here' : '',
  ]
    .filter((words) => words !== '')
    .join(', ') || 'everything';

const Result = ({ run }: { readonly run: ReplayRun }): JSX.Element => {
  const { formats } = useAsk();
  const { state, summary } = run;
  if (state === 'running') return <span class="wait">running</span>;
  if (state === 'failed') return <span class="bad">failed</span>;
  if (summary === undefined) return <span>stopped</span>;
  return (
    <span class={summary.differing > 0 ? 'wait' : 'good'}>
      {formats.number(summary.differing)} of {formats.number(summary.total)} differ
      {state === 'stopped' ? ', stopped' : ''}
    </span>
  );
};

export const RunPage = ({ run }: { readonly run: ReplayRun }): JSX.Element => {
  const { formats } = useAsk();
  const tookMs = run.endedAt === undefined ? undefined : Date.parse(run.endedAt) - Date.parse(run.startedAt);
  return (
    <>
      <header>
        <p class="xs">
          <a href="/replay/">All replays</a>
        </p>
        <h1>What today’s apps would have answered</h1>
        <Lede run={run} />
        <dl class="facts">
          <div>
            <dt>Messages</dt>
            <dd>{wishWords(run)}</dd>
          </div>
          <div>
            <dt>Started</dt>
            <dd>
              <Time at={run.startedAt} /> by {run.by}
            </dd>
          </div>
          {tookMs === undefined ? undefined : (
            <div>
              <dt>Took</dt>
              <dd>{formats.duration(tookMs)}</dd>
            </div>
          )}
        </dl>
      </header>
      {run.state === 'running' ? <Running run={run} /> : undefined}
      {run.error === undefined ? undefined : <Note tone="bad">{run.error}</Note>}
      {run.summary === undefined ? undefined : <Counts counts={run.summary.counts} />}
      <Differences run={run} />
    </>
  );
};

const Lede = ({ run: { summary, state, messages } }: { readonly run: ReplayRun }): JSX.Element => {
  const { formats } = useAsk();
  if (summary === undefined)
    return (
      <p class="lede">
        {state === 'running'
          ? messages === undefined
            ? 'Looking for the messages …'
            : `${formats.number(messages)} messages are run again.`
          : 'It was not run.'}
      </p>
    );
  const { total, differing, counts } = summary;
  const causes = Object.entries(counts)
    .filter(([kind]) => isDifference(kind as Kind))
    .reduce((sum, [, counted]) => sum + counted.causes, 0);
  return (
    <p class="lede">
      {formats.number(total)} messages run again: {formats.number(total - differing)} get the same.{' '}
      {differing === 0
        ? 'Nothing differs.'
        : `${formats.number(differing)} differ, for ${formats.number(causes)} first causes; ${formats.number(differing - causes)} only follow from those.`}
    </p>
  );
};

/** How often the page looks while it runs: milliseconds. */
const lookMs = '1000';

const Running = ({ run }: { readonly run: ReplayRun }): JSX.Element => {
  const { formats } = useAsk();
  const { id, done, messages } = run;
  return (
    <section aria-labelledby="progress-h" data-behind={lookMs}>
      <h2 id="progress-h">Under way</h2>
      <p class="row">
        <progress
          max={messages ?? 1}
          value={messages === undefined ? undefined : done}
          aria-labelledby="progress-h"
        />{' '}
        <span class="xs soft">
          {messages === undefined ? 'counting' : `${formats.number(done)} of ${formats.number(messages)}`}
        </span>
      </p>
      <Form action={`/replay/${id}/stop/`}>
        <button type="submit">Stop</button>
      </Form>
    </section>
  );
};

const Counts = ({
  counts,
}: {
  readonly counts: NonNullable<ReplayRun['summary']>['counts'];
}): JSX.Element => {
  const { formats } = useAsk();
  const present = kinds.filter((kind) => counts[kind] !== undefined);
  return (
    <section aria-labelledby="kinds-h">
      <h2 id="kinds-h">By kind</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">Kind</th>
            <th scope="col" class="n">
              Messages
            </th>
            <th scope="col" class="n">
              First causes
            </th>
          </tr>
        </thead>
        <tbody>
          {present.map((kind) => (
            <tr key={kind}>
              <th scope="row">
                <span class={kind === 'same' ? 'good' : isDifference(kind) ? 'wait' : undefined}>
                  {wordsOf[kind]}
                </span>
              </th>
              <td class="n">{formats.number(counts[kind]?.count ?? 0)}</td>
              <td class="n">{isDifference(kind) ? formats.number(counts[kind]?.causes ?? 0) : ''}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
};

import type { JSX } from 'preact';
import { may } from '../../../access/rights.js';
import type { BulkStatus } from '../../../deadletters/bulk.js';
import { useAsk } from '../asking.js';
import { Form, Note, Time } from '../parts.js';
import { buttonOf, doneOf } from './words.js';

/** What many that are dealt with one after the other have come to. */
export const JobPage = ({ job }: { readonly job: BulkStatus }): JSX.Element => {
  const { formats, visitor } = useAsk();
  const { id, how, state, total, done, problemCount, by, why, chosen, startedAt, endedAt, failure } = job;
  const dealtWith = done + problemCount;
  return (
    <>
      <header>
        <h1>
          {buttonOf[how]} of many: {state === 'running' ? 'under way' : state}
        </h1>
        <p class="lede">
          {formats.number(done)} of {formats.number(total)} {doneOf[how]}
          {problemCount === 0 ? '' : `, ${formats.number(problemCount)} could not be`}.
        </p>
        <p>
          <progress
            value={Math.min(dealtWith, total)}
            max={Math.max(1, total)}
            aria-label="Dealt with so far"
          />
        </p>
        <p class="soft">
          Begun <Time at={startedAt} /> by {by}: “<bdi>{why}</bdi>”. Chosen: <bdi>{chosen}</bdi>.
          {endedAt === undefined ? undefined : (
            <>
              {' '}
              Ended <Time at={endedAt} />.
            </>
          )}
        </p>
      </header>
      {failure === undefined ? undefined : (
        <Note tone="bad">
          <b>It broke off:</b> {failure} What was not dealt with is as it was.
        </Note>
      )}
      {state === 'running' && may(visitor, 'operate') ? (
        <Form action={`/deadletters/jobs/${id}/`}>
          <button type="submit">Stop after the next one</button>
        </Form>
      ) : undefined}
      {state === 'stopped' ? <Note>It was stopped. What was not dealt with is as it was.</Note> : undefined}
      <Problems job={job} />
      <p>
        <a href="/deadletters/">To the dead letters</a>
      </p>
    </>
  );
};

const Problems = ({ job: { problems, problemCount } }: { readonly job: BulkStatus }) => {
  if (problems.length === 0) return undefined;
  return (
    <section aria-labelledby="h-problems">
      <h2 id="h-problems">Could not be dealt with</h2>
      <ul>
        {problems.map(({ id, problem }) => (
          <li key={id}>
            <code>{id}</code>: {problem}
          </li>
        ))}
      </ul>
      {problemCount > problems.length ? <p>And others: the first {problems.length} are shown.</p> : undefined}
    </section>
  );
};

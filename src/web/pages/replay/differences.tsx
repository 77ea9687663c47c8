import type { JSX } from 'preact';
import { shortenedNumber } from '../../../access/numbers.js';
import { isSameConnection } from '../../../domain/connection.js';
import { aligned } from '../../../replay/alignment.js';
import type { Decided } from '../../../replay/decided.js';
import { wordsOf } from '../../../replay/kindWords.js';
import type { Replayed, Shown } from '../../../replay/replayed.js';
import type { ReplayRun } from '../../../replay/runs.js';
import { useAsk } from '../asking.js';
import { Identity, Time } from '../parts.js';

/** So many at once: more is for the command line. */
const shownAtMost = 100;

/** First causes with the conversation around them, then what only follows. */
export const Differences = ({
  run: { differences, summary },
}: {
  readonly run: ReplayRun;
}): JSX.Element | null => {
  const { formats } = useAsk();
  if (differences.length === 0) return null;
  const [causes, consequences] = [
    differences.filter(({ shown }) => shown?.isConsequence !== true),
    differences.filter(({ shown }) => shown?.isConsequence === true),
  ];
  const missing =
    (summary?.differing ?? differences.length) - Math.min(causes.length, shownAtMost) - consequences.length;
  return (
    <section aria-labelledby="first-h">
      <h2 id="first-h">First causes</h2>
      <List differences={causes.slice(0, shownAtMost)} />
      {consequences.length === 0 ? undefined : (
        <details>
          <summary>{formats.number(consequences.length)} that follow from those</summary>
          <List differences={consequences.slice(0, shownAtMost)} />
        </details>
      )}
      {missing > 0 ? (
        <p class="xs soft">
          {formats.number(missing)} more are not shown here: <code>threadless replay --json</code> tells all.
        </p>
      ) : undefined}
    </section>
  );
};

const List = ({ differences }: { readonly differences: readonly Replayed[] }): JSX.Element => (
  <ol class="story">
    {differences.map((replayed) => (
      <Difference key={replayed.messageId} replayed={replayed} />
    ))}
  </ol>
);

const Difference = ({
  replayed: { kind, messageId, shown },
}: {
  readonly replayed: Replayed;
}): JSX.Element | null => {
  const { pathOf } = useAsk();
  if (shown === undefined) return null;
  const { connection, text, receivedAt, why = [], calls } = shown;
  return (
    <li>
      <Time at={receivedAt} />
      <div>
        <p class="row">
          <b>{wordsOf[kind]}</b>{' '}
          <a href={`${pathOf(connection)}?message=${messageId}`}>
            <Identity of={connection.identity} />
          </a>
        </p>
        <p>
          <span class="soft">To</span>{' '}
          <q class="said" dir="auto">
            {text}
          </q>
        </p>
        <Sides shown={shown} />
        {why.map((reason) => (
          <p key={reason} class="xs">
            {reason}
          </p>
        ))}
        {calls.length === 0 ? undefined : <p class="xs soft">It tried {calls.join(', ')}.</p>}
      </div>
    </li>
  );
};

/** Then and now, line by line; what is the same stands once. */
const Sides = ({ shown: { connection, recorded, rerun } }: { readonly shown: Shown }): JSX.Element => {
  const { visitor } = useAsk();
  const nameOf = (identity: string) => (visitor.seesNumbers ? identity : shortenedNumber(identity));
  const [then, now] = [linesOf(recorded, connection, nameOf), linesOf(rerun, connection, nameOf)];
  return (
    <dl class="diff">
      {aligned(then, now, (one, other) => one === other).map(({ was, is }, index) => (
        <Pair key={index} then={was} now={is} />
      ))}
    </dl>
  );
};

const Pair = ({
  then,
  now,
}: {
  readonly then: string | undefined;
  readonly now: string | undefined;
}): JSX.Element => {
  if (then === now)
    return (
      <>
        <dt>both</dt>
        <dd class="said" dir="auto">
          {then}
        </dd>
      </>
    );
  const [head, gone, come, tail] = partsOf(then ?? '', now ?? '');
  return (
    <>
      {then === undefined ? undefined : (
        <>
          <dt>then</dt>
          <dd class="said" dir="auto">
            {head}
            {gone === '' ? undefined : <del>{gone}</del>}
            {tail}
          </dd>
        </>
      )}
      {now === undefined ? undefined : (
        <>
          <dt>now</dt>
          <dd class="said" dir="auto">
            {head}
            {come === '' ? undefined : <ins>{come}</ins>}
            {tail}
          </dd>
        </>
      )}
    </>
  );
};

/** What both begin with, what is gone, what has come, and what both end with: in whole words. */
const partsOf = (then: string, now: string): readonly [string, string, string, string] => {
  const [was, is] = [then.split(/(\s+)/), now.split(/(\s+)/)];
  const shortest = Math.min(was.length, is.length);
  let first = 0;
  while (first < shortest && was[first] === is[first]) first += 1;
  let last = 0;
  while (last < shortest - first && was.at(-1 - last) === is.at(-1 - last)) last += 1;
  const joined = (words: readonly string[], from: number, to: number) => words.slice(from, to).join('');
  return [
    joined(was, 0, first),
    joined(was, first, was.length - last),
    joined(is, first, is.length - last),
    joined(was, was.length - last, was.length),
  ];
};

const linesOf = (
  decided: Decided,
  own: Shown['connection'],
  nameOf: (identity: string) => string,
): readonly string[] => {
  if (decided.kind === 'failed') return [`${decided.app} failed in ${decided.phase}: ${decided.error}`];
  const texts = decided.texts.map(({ to, text, app, stoppedBy }) => {
    const whom = isSameConnection(to, own) ? '' : `to ${to.backend} ${nameOf(to.identity)}: `;
    return `${whom}${text} (${app ?? 'unknown app'}${stoppedBy === undefined ? '' : `, stopped by ${stoppedBy}`})`;
  });
  const facts = decided.facts.map(({ type, data }) => `remembers ${type} ${JSON.stringify(data)}`);
  return [
    ...(texts.length === 0 ? [`no answer (${decided.app ?? 'no app'}, ${decided.outcome})`] : texts),
    ...facts,
  ];
};

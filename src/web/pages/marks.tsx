import type { JSX } from 'preact';

interface Meaning {
  readonly mark: string;
  readonly tone: 'good' | 'wait' | 'bad' | 'doubt' | 'soft' | '';
  readonly means: string;
}

/** What a status of a text says, as docs/projections.md lists them. */
export const outMarks: Readonly<Record<string, Meaning>> = {
  sent: { mark: 'sent', tone: 'soft', means: 'decided, waits for its turn or its lane' },
  retrying: { mark: 'retrying', tone: 'wait', means: 'an attempt failed, the next one is due' },
  dispatched: { mark: 'dispatched', tone: '', means: 'the gateway took it; the phone has not answered yet' },
  delivered: { mark: 'delivered', tone: 'good', means: 'the phone has it' },
  failed: { mark: 'failed', tone: 'bad', means: 'the network says no' },
  rejected: { mark: 'rejected', tone: 'bad', means: 'the network refused it' },
  unclear: { mark: 'unclear', tone: 'doubt', means: 'it may have left: a person decides' },
  abandoned: { mark: 'abandoned', tone: 'bad', means: 'no further attempt: a person decides' },
  cancelled: { mark: 'cancelled', tone: 'bad', means: 'an app, or the tester, stopped it' },
  discarded: { mark: 'discarded', tone: 'soft', means: 'closed by a person' },
};

/** The same of a message that came in. */
export const inMarks: Readonly<Record<string, Meaning>> = {
  waiting: { mark: 'waiting', tone: 'wait', means: 'received, not decided yet' },
  handled: { mark: 'handled', tone: 'good', means: 'an app said: mine' },
  answered: { mark: 'answered', tone: 'good', means: 'an app answered without claiming it' },
  defaulted: { mark: 'defaulted', tone: 'wait', means: 'no app knew it; the default answered' },
  unhandled: { mark: 'unhandled', tone: 'wait', means: 'no app knew it, nobody answered' },
  filtered: { mark: 'filtered', tone: 'soft', means: 'a filter kept it out' },
  duplicate: { mark: 'duplicate', tone: 'soft', means: 'the gateway offered it again' },
  failed: { mark: 'infailed', tone: 'bad', means: 'an app failed: a person decides' },
  discarded: { mark: 'indiscarded', tone: 'soft', means: 'closed by a person' },
};

/** How far a message has come: a shape, a word, and what that means. A status that this version does not know is its word alone. */
export const Mark = ({
  direction,
  status,
}: {
  readonly direction: 'in' | 'out';
  readonly status: string;
}): JSX.Element => {
  const meaning = (direction === 'in' ? inMarks : outMarks)[status];
  if (meaning === undefined) return <span class="nb">{status}</span>;
  const { mark, tone, means } = meaning;
  return (
    <span class={`nb ${tone}`.trim()} title={means}>
      <svg class={direction === 'in' ? 'mark two' : 'mark'} aria-hidden="true">
        <use href={`#m-${mark}`} />
      </svg>{' '}
      {status}
    </span>
  );
};

import type { JSX } from 'preact';
import type { MessagesAnswer } from '../../../audit/answers.js';
import { addressOf, type Parts, without } from '../lists/address.js';
import type { Chip } from '../lists/parts.js';
import { Blank, Time } from '../parts.js';

interface NoneProps {
  readonly filters: Parts;
  readonly chips: readonly Chip[];
  readonly answer: MessagesAnswer;
  readonly reach?: { readonly first: string; readonly last: string } | undefined;
  readonly hasTester: boolean;
}

/** In the place of the list: why it is empty, and what to try. */
export const NoneFound = ({ filters, chips, answer, reach, hasTester }: NoneProps): JSX.Element => {
  if (answer.fresh.states === 'none' || answer.fresh.states === 'incomplete')
    return <Blank title="Nothing is found yet" />;
  if (reach === undefined) return <NothingYet hasTester={hasTester} />;
  const hasTimes = filters.some(([name]) => name === 'since' || name === 'until');
  return (
    <Blank title="No message is like this">
      <p>
        What is stored reaches from <Time at={reach.first} /> to <Time at={reach.last} />.
      </p>
      {answer.unknown?.map(({ part, value, known }) => (
        <p key={`${part} ${value}`}>
          No message has the {part} “{value}”.{' '}
          {known.length === 0
            ? 'No message has any.'
            : `There ${known.length === 1 ? 'is' : 'are'}: ${known.join(', ')}.`}
        </p>
      ))}
      <p>
        {hasTimes ? (
          <>
            <a href={addressOf('/messages/', without(filters, 'since', 'until'))}>Search all times</a> ·{' '}
          </>
        ) : undefined}
        {chips.length > 0 ? <a href="/messages/">Show all messages</a> : undefined}
      </p>
    </Blank>
  );
};

const NothingYet = ({ hasTester }: { readonly hasTester: boolean }) => (
  <Blank title="No message yet">
    <p>Write the first one as a phone would, or point your gateway at this router.</p>
    {hasTester ? (
      <p class="row">
        <a class="btn do" href="/httptester/">
          Open the tester
        </a>
      </p>
    ) : undefined}
  </Blank>
);

import type { JSX } from 'preact';
import type { How } from '../../../deadletters/bulk.js';
import type { Waiting } from '../../../deadletters/waiting.js';
import { useAsk } from '../asking.js';
import { addressOf, type Parts } from '../lists/address.js';
import { type Chip, Chips } from '../lists/parts.js';
import { Form, Note } from '../parts.js';
import { WaitingTable } from './list.js';
import { buttonOf, many } from './words.js';

interface ConfirmProps {
  readonly how: How;
  readonly filters: Parts;
  readonly why: string;
}

/** Those that were chosen one by one, named once more. */
export const ConfirmChosen = ({
  how,
  filters,
  why,
  waiting,
}: ConfirmProps & { readonly waiting: readonly Waiting[] }): JSX.Element => {
  const { formats } = useAsk();
  const count = many(formats.number(waiting.length), waiting.length);
  return (
    <>
      <header>
        <h1>
          {buttonOf[how]} {count}?
        </h1>
        <Consequence how={how} />
      </header>
      <Form action="/deadletters/" class="stack">
        <Kept parts={[...filters, ['do', how], ['confirmed', 'yes']]} />
        {[...new Set(waiting.map(({ kind }) => kind))].map((kind) => (
          <WaitingTable
            key={kind}
            kind={kind}
            waiting={waiting.filter((one) => one.kind === kind)}
            areChosen
          />
        ))}
        <Decide
          how={how}
          why={why}
          said={`${buttonOf[how]} the chosen`}
          back={addressOf('/deadletters/', filters)}
        />
      </Form>
    </>
  );
};

/** All of a list, which is too long to be named: how many, and which. */
export const ConfirmAll = ({
  how,
  filters,
  why,
  matching,
  orMore,
  upTo,
  chips,
}: ConfirmProps & {
  readonly matching: number;
  readonly orMore: boolean;
  readonly upTo: string;
  readonly chips: readonly Chip[];
}): JSX.Element => {
  const { formats } = useAsk();
  const count = `${orMore ? 'more than ' : ''}${many(formats.number(matching), matching)}`;
  return (
    <>
      <header>
        <h1>
          {buttonOf[how]} {count}?
        </h1>
        <Consequence how={how} />
        <p>
          What became a dead letter after you saw the list is left alone. It can be stopped between two of
          them.
        </p>
      </header>
      <p class="row xs">
        <Chips chips={chips} />
      </p>
      <Form action="/deadletters/all/" class="stack">
        <Kept parts={[...filters, ['do', how], ['upTo', upTo]]} />
        <Decide
          how={how}
          why={why}
          said={`${buttonOf[how]} all ${formats.number(matching)}`}
          back={addressOf('/deadletters/', filters)}
        />
      </Form>
    </>
  );
};

const Consequence = ({ how }: { readonly how: How }) =>
  how === 'discard' ? (
    <Note>
      They are closed for good: nobody is answered, nothing is sent. They stay in their conversations.
    </Note>
  ) : (
    <p class="lede">They are routed anew, handed to the gateway anew, or read anew.</p>
  );

const Kept = ({ parts }: { readonly parts: Parts }) => (
  <>
    {parts.map(([name, value]) => (
      <input key={`${name} ${value}`} type="hidden" name={name} value={value} />
    ))}
  </>
);

const Decide = ({
  how,
  why,
  said,
  back,
}: {
  readonly how: How;
  readonly why: string;
  readonly said: string;
  readonly back: string;
}) => (
  <div class="row end">
    <p class="grow">
      <label for="why">Why (recorded with your name)</label>
      <input id="why" name="why" value={why} required maxLength={1000} autocomplete="off" />
    </p>
    <button type="submit" class={how === 'discard' ? 'risk' : 'do'}>
      {said}
    </button>
    <a class="btn" href={back}>
      Back
    </a>
  </div>
);

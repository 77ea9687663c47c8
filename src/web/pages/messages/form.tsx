import type { JSX } from 'preact';
import { shortenedNumber } from '../../../access/numbers.js';
import type { Range } from '../../../audit/answers.js';
import { outcomes } from '../../../audit/values.js';
import { useAsk } from '../asking.js';
import { addressOf, type Parts, valueIn, without } from '../lists/address.js';
import { sealedPart } from '../lists/numbers.js';
import { type Chip, Choose, Field, TimeField } from '../lists/parts.js';
import { wallTime } from '../lists/times.js';
import { inMarks, outMarks } from '../marks.js';
import { Icon } from '../parts.js';
import { choosing } from './filters.js';

/** What there is to choose from. */
export interface Choices {
  readonly backends: readonly string[];
  readonly apps: readonly string[];
}

interface FormProps {
  readonly filters: Parts;
  readonly choices: Choices;
  /** Absent: the question was not understood. */
  readonly range?: Pick<Range, 'since' | 'until'> | undefined;
}

/** A `GET` form: what is looked for stands in the address, and can be kept. */
export const SearchForm = ({ filters, choices, range }: FormProps): JSX.Element => {
  const used = choosing(filters).filter(([name]) => name !== 'q' && name !== sealedPart).length;
  const sealed = valueIn(filters, sealedPart);
  return (
    <form method="get" action="/messages/">
      {sealed === '' ? undefined : <input type="hidden" name={sealedPart} value={sealed} />}
      <div class="row end">
        <Field name="q" label="Words in the text, or a number" value={valueIn(filters, 'q')} isSearch />
        <button type="submit" class="do">
          <Icon name="find" /> Search
        </button>
      </div>
      <details>
        <summary>Filters {used === 0 ? undefined : <span class="soft">· {used} in use</span>}</summary>
        <Filters filters={filters} choices={choices} range={range} />
      </details>
    </form>
  );
};

const codes = ['unreachable', 'throttled', 'rejected', 'unclear', 'misconfigured', 'unknown-backend'];

const named = (names: readonly string[]) => names.map((name) => [name, name] as const);

const statusGroups = [
  ['in', Object.keys(inMarks).map((status) => [`in:${status}`, status] as const)],
  ['out', Object.keys(outMarks).map((status) => [`out:${status}`, status] as const)],
] as const;

const Filters = ({ filters, choices, range }: FormProps) => {
  const { formats } = useAsk();
  const choose = (name: string) => ({ name, value: valueIn(filters, name) });
  const time = (name: 'since' | 'until') =>
    range === undefined ? valueIn(filters, name) : wallTime(range[name], formats.zone);
  const zone = formats.zoneSaid;
  return (
    <div class="grid">
      <Choose {...choose('direction')} label="Way" any="in and out" choices={named(['in', 'out'])} />
      <Choose {...choose('backend')} label="Backend" any="all" choices={named(choices.backends)} />
      <Choose
        {...choose('app')}
        label="App"
        any="all"
        choices={[...named(choices.apps), ['none', 'without an app']]}
      />
      <Choose {...choose('status')} label="Status" any="any" choices={[]} groups={statusGroups} />
      <Choose
        {...choose('outcome')}
        label="Outcome of the routing"
        any="any"
        choices={[...named(outcomes), ['none', 'not routed']]}
      />
      <Choose {...choose('code')} label="Why the last attempt failed" any="any" choices={named(codes)} />
      <TimeField name="since" label={`Since (${zone})`} value={time('since')} />
      <TimeField name="until" label={`Until (${zone})`} value={time('until')} />
      <Field name="identity" label="Number or name, whole" value={valueIn(filters, 'identity')} />
      <Field
        name="slowerThan"
        label="Took longer than"
        value={valueIn(filters, 'slowerThan')}
        placeholder="5s"
      />
      <Field
        name="correlation"
        label="Belongs to message or job"
        value={valueIn(filters, 'correlation')}
        placeholder="id"
      />
      <Choose {...choose('testers')} label="Testers’ phones" any="shown" choices={[['false', 'left out']]} />
      <Choose {...choose('order')} label="Order" any="newest first" choices={[['oldest', 'oldest first']]} />
    </div>
  );
};

const called: Readonly<Record<string, string>> = {
  q: 'looked for',
  words: 'words',
  identity: 'who',
  who: 'who',
  direction: 'way',
  slowerThan: 'longer than',
  correlation: 'belongs to',
  testers: 'testers',
};

/** @param open - what a seal hides: shown shortened */
export const chipsOf = (filters: Parts, open: (seal: string) => string | undefined): readonly Chip[] =>
  choosing(filters).map(([name, value]) => ({
    part: called[name] ?? name,
    said: name === sealedPart ? shortenedNumber(open(value) ?? '') : saidOf(name, value),
    href: addressOf('/messages/', without(filters, name)),
  }));

const saidOf = (name: string, value: string): string => {
  if (name === 'testers') return 'left out';
  return name === 'status' ? value.replace(':', ', ') : value;
};

import type { ComponentChildren, JSX } from 'preact';
import type { DayFigures } from '../../../audit/figures/day.js';
import type { Waiting } from '../../../audit/figures/waiting.js';
import type { ToldLane } from '../../api/overview.js';
import { useAsk } from '../asking.js';
import { Icon } from '../parts.js';

interface LedeProps {
  readonly isReady: boolean;
  readonly waiting: Waiting | undefined;
  readonly lanes: readonly ToldLane[];
}

/** The page's answer in a sentence. */
export const Lede = ({ isReady, waiting, lanes }: LedeProps): JSX.Element => {
  const letters = lettersIn(waiting);
  const ways = waysOut(lanes);
  if (isReady && letters === 0 && ways === '')
    return (
      <p class="lede">
        Messages are answered, every way out is open,{' '}
        {waiting === undefined ? 'and what waits is not counted yet.' : 'and nothing waits for a person.'}
      </p>
    );
  return (
    <p class="lede">
      <span class={isReady ? 'wait' : 'bad'}>
        <Icon name="warn" />
      </span>{' '}
      {isReady ? 'Messages are answered.' : <NotReady />}
      {ways === '' ? undefined : ` ${ways}.`}
      {letters === 0 ? undefined : <WaitForPerson letters={letters} />}
    </p>
  );
};

const NotReady = () => (
  <>
    Messages are not answered at the moment: <a href="/readyz">why</a>.
  </>
);

const WaitForPerson = ({ letters }: { readonly letters: number }) => {
  const { formats } = useAsk();
  return (
    <>
      {' '}
      <a href="/deadletters/">
        {letters === 1 ? '1 message waits' : `${formats.number(letters)} messages wait`} for a person
      </a>
      .
    </>
  );
};

const lettersIn = (waiting: Waiting | undefined): number =>
  Object.values(waiting?.letters ?? {}).reduce((sum, { n }) => sum + n, 0);

/** `One gateway cannot be reached, one refuses us`. */
const waysOut = (lanes: readonly ToldLane[]): string => {
  const byThemselves = lanes.filter((lane) => !('by' in lane));
  const count = (state: ToldLane['state']) => byThemselves.filter((lane) => lane.state === state).length;
  const said = [
    gateways(lanes.length - byThemselves.length, 'is paused by a person', 'are paused by a person'),
    gateways(count('paused'), 'cannot be reached', 'cannot be reached'),
    gateways(count('held'), 'refuses us', 'refuse us'),
    gateways(count('stopped'), 'stands still', 'stand still'),
  ].filter((words) => words !== '');
  const sentence = said
    .map((words, place) => (place === 0 ? words : words.replace(/ gateways?/, '')))
    .join(', ');
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
};

const gateways = (n: number, one: string, many: string): string => {
  if (n === 0) return '';
  return n === 1 ? `one gateway ${one}` : `${n} gateways ${many}`;
};

export const Figures = ({ figures }: { readonly figures: DayFigures }): JSX.Element => {
  const { formats } = useAsk();
  const { today, took, waiting } = figures;
  const letters = lettersIn(waiting);
  const duration = (ms: number | undefined) => (ms === undefined ? '–' : formats.duration(ms));
  return (
    <dl class="figures">
      <Figure name="In today">{formats.number(today.in)}</Figure>
      <Figure name="Out today">{formats.number(today.out)}</Figure>
      <Figure name="Answered, half within">{duration(took.answered?.p50)}</Figure>
      <Figure name="Answered, 99 % within">{duration(took.answered?.p99)}</Figure>
      <Figure name="Waiting to go out" class={waiting.texts > 0 ? 'wait' : undefined}>
        {formats.number(waiting.texts)}
      </Figure>
      <Figure name="Wait for a person">
        <a href="/deadletters/" class={letters > 0 ? 'bad' : undefined}>
          {formats.number(letters)}
        </a>
      </Figure>
    </dl>
  );
};

const Figure = ({
  name,
  class: tone,
  children,
}: {
  readonly name: string;
  readonly class?: string | undefined;
  readonly children: ComponentChildren;
}) => (
  <div>
    <dt>{name}</dt>
    <dd class={tone}>{children}</dd>
  </div>
);

import type { JSX } from 'preact';
import type { HourFigures } from '../../../audit/figures/day.js';
import { useAsk } from '../asking.js';
import type { Formats } from '../formats.js';

/** Of the picture, in units of its own: it is stretched. */
const [step, width, height] = [20, 16, 64];
/** Each of so many hours has its name under it. */
const named = 3;

type Direction = 'in' | 'out';

/** How much came in and went out, hour by hour. */
export const Hours = ({ hours }: { readonly hours: readonly HourFigures[] }): JSX.Element => {
  const { formats } = useAsk();
  const most = Math.max(1, ...hours.flatMap((hour) => [hour.in, hour.out]));
  return (
    <section aria-labelledby="hours">
      <h2 id="hours">Messages by hour, the last 24 hours</h2>
      <figure class="chart">
        <Bars direction="in" hours={hours} most={most} />
        <Bars direction="out" hours={hours} most={most} />
        <span />
        <p class="hours" aria-hidden="true">
          {hours
            .filter((_, place) => place % named === 0)
            .map(({ since }) => (
              <span key={since}>{formats.minute(since).slice(0, 2)}</span>
            ))}
        </p>
      </figure>
      <p class="xs soft">Hours of the day in {formats.zoneSaid}. The last one is not over.</p>
      <details>
        <summary class="xs">The numbers</summary>
        <Numbers hours={hours} />
      </details>
    </section>
  );
};

const Bars = ({
  direction,
  hours,
  most,
}: {
  readonly direction: Direction;
  readonly hours: readonly HourFigures[];
  readonly most: number;
}) => {
  const { formats } = useAsk();
  return (
    <>
      <p>
        {direction === 'in' ? 'In' : 'Out'} <b>{formats.number(sumOf(hours, direction))}</b>
      </p>
      <svg
        class="bars"
        viewBox={`0 0 ${hours.length * step} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={saidOf(hours, direction, formats)}
      >
        {hours.map((hour, place) => (
          <Bar
            key={hour.since}
            place={place}
            tall={Math.ceil((hour[direction] / most) * (height - 3))}
            isOver={place < hours.length - 1}
          />
        ))}
      </svg>
    </>
  );
};

const Bar = ({
  place,
  tall,
  isOver,
}: {
  readonly place: number;
  readonly tall: number;
  readonly isOver: boolean;
}) => {
  const inset = isOver ? 0 : 1;
  return (
    <rect
      class={isOver ? undefined : 'part'}
      x={place * step + 2 + inset}
      y={height - tall}
      width={width - 2 * inset}
      height={tall}
    />
  );
};

const sumOf = (hours: readonly HourFigures[], direction: Direction): number =>
  hours.reduce((sum, hour) => sum + hour[direction], 0);

const saidOf = (hours: readonly HourFigures[], direction: Direction, formats: Formats): string => {
  const [first] = hours.toSorted((one, other) => other[direction] - one[direction]);
  const name = `Messages ${direction} by hour`;
  if (first === undefined || first[direction] === 0) return `${name}: none.`;
  const most = formats.number(first[direction]);
  return `${name}: most at ${formats.minute(first.since)}, with ${most}. The table below has every number.`;
};

const Numbers = ({ hours }: { readonly hours: readonly HourFigures[] }) => {
  const { formats } = useAsk();
  const [first = '', last = ''] = [hours[0]?.since, hours.at(-1)?.since];
  return (
    <table>
      <caption>
        Messages by hour, {formats.day(first)} {formats.minute(first)} to {formats.day(last)},{' '}
        {formats.zoneSaid}
      </caption>
      <thead>
        <tr>
          <th scope="col">Hour</th>
          <th scope="col" class="n">
            In
          </th>
          <th scope="col" class="n">
            Out
          </th>
        </tr>
      </thead>
      <tbody>
        {hours.map((hour) => (
          <tr key={hour.since}>
            <th scope="row">{formats.minute(hour.since)}</th>
            <td class="n">{formats.number(hour.in)}</td>
            <td class="n">{formats.number(hour.out)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
};

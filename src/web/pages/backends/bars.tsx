import type { JSX } from 'preact';
import { useAsk } from '../asking.js';
import { Time } from '../parts.js';

const [step, width, height] = [10, 8, 40];

/** What the gateway took, a bar a minute. Sizes are attributes of the picture: styles within a page are not allowed. */
export const Bars = ({
  since,
  minutes,
}: {
  readonly since: string;
  readonly minutes: readonly number[];
}): JSX.Element => {
  const { formats, now } = useAsk();
  const most = Math.max(...minutes);
  const said = `Taken by the gateway, each minute of the last ${formats.number(minutes.length)}`;
  const counted = `Now ${formats.number(minutes.at(-1) ?? 0)}, at most ${formats.number(most)}.`;
  return (
    <figure>
      <figcaption class="xs soft">
        {said}
        {now - Date.parse(since) < minutes.length * 60_000 ? (
          <>
            ; counted since <Time at={since} as="minute" />
          </>
        ) : undefined}
      </figcaption>
      <svg
        class="bars low"
        viewBox={`0 0 ${minutes.length * step} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${said}. ${counted}`}
      >
        {minutes.map((count, index) => {
          const tall = most === 0 ? 0 : Math.round((count / most) * (height - 2));
          return tall === 0 ? undefined : (
            <rect key={index} x={index * step + 1} y={height - tall} width={width} height={tall} />
          );
        })}
      </svg>
    </figure>
  );
};

/** A line of what was with a line of what is: the same, or one in the place of the other; or one alone. */
export interface Pair<Line> {
  readonly was?: Line;
  readonly is?: Line;
  readonly isSame: boolean;
}

/** What stands in both, from some place of each on. */
interface InBoth {
  readonly count: number;
  /** The first of it, in the one and in the other, and what comes after it. */
  readonly first?: { readonly at: readonly [was: number, is: number]; readonly rest: InBoth };
}

const nothing: InBoth = { count: 0 };

/** What is the same stands beside each other, though something came or went before it. */
export const aligned = <Line>(
  then: readonly Line[],
  now: readonly Line[],
  isSame: (one: Line, other: Line) => boolean,
): readonly Pair<Line>[] => {
  const pairs: Pair<Line>[] = [];
  let [ofThen, ofNow] = [0, 0];
  for (let { first } = inBoth(then, now, isSame); first !== undefined; { first } = first.rest) {
    const [was, is] = first.at;
    pairs.push(...replaced(then.slice(ofThen, was), now.slice(ofNow, is)));
    pairs.push({ ...pairOf(then[was], now[is]), isSame: true });
    [ofThen, ofNow] = [was + 1, is + 1];
  }
  return [...pairs, ...replaced(then.slice(ofThen), now.slice(ofNow))];
};

/** As much as there is of it, in the order of both. */
const inBoth = <Line>(
  then: readonly Line[],
  now: readonly Line[],
  isSame: (one: Line, other: Line) => boolean,
): InBoth => {
  let below = [...now, undefined].map(() => nothing);
  for (const [was, line] of [...then.entries()].reverse()) {
    const row = [...now, undefined].map(() => nothing);
    for (const [is, other] of [...now.entries()].reverse()) {
      const [without, later, rest] = [below[is] ?? nothing, row[is + 1] ?? nothing, below[is + 1] ?? nothing];
      if (isSame(line, other)) row[is] = { count: rest.count + 1, first: { at: [was, is], rest } };
      else row[is] = without.count > later.count ? without : later;
    }
    below = row;
  }
  return below[0] ?? nothing;
};

const replaced = <Line>(then: readonly Line[], now: readonly Line[]): readonly Pair<Line>[] =>
  Array.from({ length: Math.max(then.length, now.length) }, (_, index) => ({
    ...pairOf(then[index], now[index]),
    isSame: false,
  }));

const pairOf = <Line>(was: Line | undefined, is: Line | undefined): Omit<Pair<Line>, 'isSame'> => ({
  ...(was === undefined ? {} : { was }),
  ...(is === undefined ? {} : { is }),
});

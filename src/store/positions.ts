/**
 * Which of two positions of one store is the later: below zero the second, above zero the first, zero when they are the same.
 * Engines write them differently; in each, the numbers in the text, from left to right, grow from event to event.
 */
export const comparePositions = (one: string, other: string): number => {
  if (one === other) return 0;
  const [ours, theirs] = [numbersIn(one), numbersIn(other)];
  for (const [index, number] of ours.entries()) {
    const against = theirs[index] ?? 0n;
    if (number !== against) return number < against ? -1 : 1;
  }
  return 0;
};

const numbersIn = (position: string): bigint[] => (position.match(/\d+/g) ?? []).map(BigInt);

/** The earliest; undefined, the place before all events, comes before each. */
export const earliestPosition = (positions: Iterable<string | undefined>): string | undefined => {
  let earliest: string | undefined;
  let first = true;
  for (const position of positions) {
    if (position === undefined) return undefined;
    if (first || (earliest !== undefined && comparePositions(position, earliest) < 0)) earliest = position;
    first = false;
  }
  return earliest;
};

/** The later of two places, undefined being the place before all events. */
export const laterPosition = (one: string | undefined, other: string | undefined): string | undefined => {
  if (one === undefined || other === undefined) return one ?? other;
  return comparePositions(one, other) < 0 ? other : one;
};

/**
 * Which part of a store lies before a position: 0 to 1. The first number of a position counts events or bytes from the beginning, so it
 * grows evenly, which the times of events need not.
 *
 * @param head - the position of the last event
 */
export const partBefore = (position: string | undefined, head: string): number => {
  const [place, end] = [numbersIn(position ?? '0')[0] ?? 0n, numbersIn(head)[0] ?? 0n];
  return end === 0n ? 1 : Math.min(1, Number(place) / Number(end));
};

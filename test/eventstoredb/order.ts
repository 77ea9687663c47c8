/** Index of the first of the events, which are in order, at or after a place; their number when there is none. */
export const firstFrom = <Event>(
  events: readonly Event[],
  place: number,
  orderOf: (event: Event) => number,
): number => {
  let [low, high] = [0, events.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const event = events[middle];
    if (event !== undefined && orderOf(event) < place) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** A place as the protocol says it: in $all two numbers, of which the second is 0 when the record there is not yet passed. */
export interface Place {
  readonly commit: number;
  readonly prepare: number;
}

export const placeAt = (order: number): Place => ({ commit: order, prepare: order });

/** Before anything. On the wire, where there are no negative numbers, it is the largest there is. */
export const beforeAll = placeAt(-1);

export const isAfter = (one: Place, other: Place): boolean =>
  one.commit > other.commit || (one.commit === other.commit && one.prepare > other.prepare);

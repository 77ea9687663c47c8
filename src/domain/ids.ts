const tailLength = 12;
const tailRange = 16 ** tailLength;

/**
 * The nth id that follows from another: the same history gives the same ids, so that deciding again after a crash
 * stores nothing twice. Time-ordered when `id` is: only the last 48 bits change.
 *
 * @param id - a UUID
 * @param nth - 1, 2, …
 */
export const derivedId = (id: string, nth: number): string => {
  const head = id.slice(0, -tailLength);
  const tail = (Number.parseInt(id.slice(-tailLength), 16) + nth) % tailRange;
  return head + tail.toString(16).padStart(tailLength, '0');
};

import { inspect } from 'node:util';

/** UTF-16 units of an error in a trace. */
const maxError = 1_000;

/** An error as the trace keeps it: its message, where it was thrown, and what it came of, short enough to store. */
export const describeError = (thrown: unknown): string => {
  if (typeof thrown === 'string') return thrown.slice(0, maxError);
  if (thrown === undefined || thrown === null) return `it threw ${thrown}`;
  if (!(thrown instanceof Error))
    return inspect(thrown, { breakLength: Number.POSITIVE_INFINITY }).slice(0, maxError);
  const place = thrown.stack?.split('\n').find((line) => line.trimStart().startsWith('at '));
  const at = place === undefined ? '' : ` ${place.trim()}`;
  const origins = [...(thrown instanceof AggregateError ? thrown.errors : []), thrown.cause];
  const because = origins
    .filter((origin) => origin !== undefined)
    .map(
      (origin) =>
        `, because of ${origin instanceof Error ? `${origin.name}: ${origin.message}` : inspect(origin)}`,
    );
  return `${thrown.name}: ${thrown.message}${at}${because.join('')}`.slice(0, maxError);
};

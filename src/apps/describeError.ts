import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';

/** UTF-16 units of an error in a trace. */
const maxError = 1_000;

/** As it runs, and as it was written: stacks show either. */
const ownCode = ['..', '../../../src/'].map((path) => new URL(path, import.meta.url));

/** A line of a stack within the router, or within Node: it was called there, and the mistake is whoever's called it. */
const isOurs = (line: string): boolean =>
  ownCode.some((url) => line.includes(url.href) || line.includes(fileURLToPath(url))) ||
  /\((?:node:|native\)|<anonymous>\))|at (?:async )?node:/.test(line);

/** An error as the trace keeps it: its message, where the app had it thrown, and what it came of, short enough to store. */
export const describeError = (thrown: unknown): string => {
  if (typeof thrown === 'string') return thrown.slice(0, maxError);
  if (thrown === undefined || thrown === null) return `it threw ${thrown}`;
  if (!(thrown instanceof Error))
    return inspect(thrown, { breakLength: Number.POSITIVE_INFINITY }).slice(0, maxError);
  const places = (thrown.stack ?? '').split('\n').filter((line) => line.trimStart().startsWith('at '));
  const place = places.find((line) => !isOurs(line)) ?? places[0];
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

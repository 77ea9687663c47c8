import { Course } from './course.js';
import { type HistoryOptions, longestFor, spanOf } from './options.js';
import type { HistoryAppend } from './world.js';

/**
 * A history as two routers would have written it, append by append in the order of a store. Pure: the same options give the same
 * events on every machine. docs/benchmarks.md says what it has in it.
 *
 * @throws {RangeError} for a size that cannot be
 */
export async function* generate(options: HistoryOptions): AsyncGenerator<HistoryAppend, void, undefined> {
  const { seed, events } = options;
  const course = new Course(seed, events, longestFor(options), spanOf(options));
  yield* course.body();
  yield* course.filling();
  yield* course.ending();
}

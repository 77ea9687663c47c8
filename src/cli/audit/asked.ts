import type { Asked } from '../../audit/reading.js';

/** Options as commander gives them. */
export type Options = Readonly<Record<string, string | readonly string[] | boolean | undefined>>;

/** For an option that may be given several times. */
export const list = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

/** Those that say how an answer is to look. */
const outputs = ['json', 'ndjson', 'csv', 'csvRaw'];

/** What is asked, part by part. */
export const askedIn = (options: Options): Asked =>
  Object.fromEntries(
    Object.entries(options)
      .filter(([name, value]) => !outputs.includes(name) && value !== undefined)
      .map(([name, value]) => [name, Array.isArray(value) ? value : [String(value)]]),
  );

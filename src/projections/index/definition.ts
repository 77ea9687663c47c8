/**
 * What is looked for in the states of a projection, beside its file, in `NAME.index.json`: the server knows nothing of it. Fields are
 * named as they stand in a state (in its result, when the projection makes results), those within a field as `delivery.status`; where several
 * are named, the first that is there counts.
 */
export interface IndexDefinition {
  /** Of ISO times: what goes by time goes by this one. */
  readonly time: readonly string[];
  /** Of few values each: to filter by, to group by, and counted for each quarter of an hour. */
  readonly facets: readonly string[];
  /** Of many values: to filter by. */
  readonly keys: readonly string[];
  /** Those of the keys that are telephone numbers, found in any spelling. */
  readonly numbers: readonly string[];
  /** Between which two times something took so long: of several pairs the first of which both are there. */
  readonly took: readonly (readonly [from: string, to: string])[];
  /** Of texts that people search. */
  readonly words: readonly string[];
}

const parts = ['time', 'facets', 'keys', 'numbers', 'words'] as const;

/** @throws {Error} with a sentence that says what is expected */
export const indexDefinition = (source: string): IndexDefinition => {
  const given = objectIn(source);
  const unknown = Object.keys(given).find((key) => key !== 'took' && !parts.some((part) => part === key));
  if (unknown !== undefined) throw new Error(`there is no ${unknown}: expected ${parts.join(', ')}, took`);
  const [time, facets, keys, numbers, words] = parts.map((part) => namesIn(part, given[part])) as [
    string[],
    string[],
    string[],
    string[],
    string[],
  ];
  if (time.length === 0) throw new Error('time: expected the name of a field with an ISO time');
  const stray = numbers.find((name) => !keys.includes(name));
  if (stray !== undefined) throw new Error(`numbers: ${stray} is not among the keys`);
  return { time, facets, keys, numbers, words, took: pairsIn(given.took) };
};

const objectIn = (source: string): Readonly<Record<string, unknown>> => {
  const value: unknown = JSON.parse(source);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error('expected an object');
  return value as Record<string, unknown>;
};

const namesIn = (part: string, value: unknown): readonly string[] => {
  const names = value === undefined ? [] : Array.isArray(value) ? value : [value];
  if (!names.every((name) => typeof name === 'string' && name !== ''))
    throw new Error(`${part}: expected names of fields`);
  if (new Set(names).size !== names.length) throw new Error(`${part}: a name is there twice`);
  return names;
};

const pairsIn = (value: unknown): IndexDefinition['took'] => {
  const pairs: readonly unknown[] = value === undefined ? [] : Array.isArray(value) ? value : [value];
  return pairs.map((pair) => {
    const { from, to } = Object(pair) as { from?: unknown; to?: unknown };
    if (typeof from !== 'string' || typeof to !== 'string')
      throw new Error('took: expected { "from": field, "to": field }, or a list of such');
    return [from, to];
  });
};

/** Parts of a question, as they stand in an address; several of one name are several values. */
export type Parts = readonly (readonly [name: string, value: string])[];

/** Those that say something: a form without scripts sends its empty fields too. */
export const partsIn = (query: URLSearchParams, names: readonly string[]): Parts =>
  [...query].filter(([name, value]) => names.includes(name) && value.trim() !== '');

export const addressOf = (path: string, parts: Parts): string => {
  const query = new URLSearchParams(parts.map(([name, value]) => [name, value])).toString();
  return query === '' ? path : `${path}?${query}`;
};

export const without = (parts: Parts, ...names: readonly string[]): Parts =>
  parts.filter(([name]) => !names.includes(name));

/** The first value; empty when there is none. */
export const valueIn = (parts: Parts, name: string): string =>
  parts.find(([part]) => part === name)?.[1] ?? '';

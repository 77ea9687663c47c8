/** Of names that come from a configuration: what stands in a label. Whatever else a store holds is `other`, so that labels stay few. */
export const namesIn = (known: Iterable<string>): ((name: string | undefined) => string) => {
  const names = new Set(known);
  return (name) => (name === undefined ? '' : names.has(name) ? name : 'other');
};

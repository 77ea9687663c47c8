const begins = '"trace":[';

/** What an event tells, as far as can be told at sight without its `trace`: that is most of it, and takes long to parse. */
export const parseWithoutTrace = (data: string): object => {
  const cut = withoutTrace(data);
  if (cut === data) return JSON.parse(data) as object;
  try {
    return JSON.parse(cut) as object;
  } catch {
    return JSON.parse(data) as object;
  }
};

/** The JSON of an object without its list `trace`, where that is one of objects. */
const withoutTrace = (data: string): string => {
  const from = data.indexOf(begins);
  if (from < 0 || data[from + begins.length] !== '{') return data;
  const to = endOfList(data, from);
  if (to !== undefined) return data.slice(0, from) + data.slice(to);
  return data.endsWith('}]}') ? `${data.slice(0, from)}"trace":[]}` : data;
};

/** Where the key after a list of objects begins. In a text a quote is escaped; one that ends a text has no key behind it. */
const endOfList = (data: string, from: number): number | undefined => {
  for (let at = data.indexOf('}],"', from); at >= 0; at = data.indexOf('}],"', at + 1))
    if (!',:]}'.includes(data.charAt(at + 4))) return at + 3;
  return undefined;
};

/** Changes of a character up to which a word looks like another one that was mistyped, … */
const mostChanges = 2;

export interface NearMiss {
  /** As it was typed. */
  readonly word: string;
  readonly nearest: string;
}

/** What a text begins with in place of a keyword, when it looks like one that was mistyped. */
export const nearMiss = (text: string, keywords: readonly string[]): NearMiss | undefined => {
  let found: (NearMiss & { readonly changes: number }) | undefined;
  for (const nearest of keywords) {
    const word = beginning(text, nearest.split(/\s+/).length);
    const changes = distance(word.toLowerCase(), nearest.toLowerCase());
    if (changes === 0) return undefined;
    // … and that is less than half of it.
    const isNear = changes <= mostChanges && changes * 2 < Array.from(nearest).length;
    if (isNear && changes < (found?.changes ?? Number.POSITIVE_INFINITY)) found = { word, nearest, changes };
  }
  return found === undefined ? undefined : { word: found.word, nearest: found.nearest };
};

const beginning = (text: string, words: number): string =>
  text
    .trim()
    .split(/[\s,;:]+/)
    .slice(0, words)
    .join(' ');

/** How many characters must be put in, taken out or changed to make one of the other (Levenshtein). */
const distance = (one: string, other: string): number => {
  const [from, to] = [Array.from(one), Array.from(other)];
  // What is much longer is far away: it need not be known how far.
  if (Math.abs(from.length - to.length) > mostChanges) return mostChanges + 1;
  let row = to.map((_, index) => index + 1);
  for (const [index, character] of from.entries()) {
    let [left, diagonal] = [index + 1, index];
    row = row.map((above, column) => {
      const value = Math.min(above + 1, left + 1, diagonal + (to[column] === character ? 0 : 1));
      [left, diagonal] = [value, above];
      return value;
    });
  }
  return row.at(-1) ?? from.length;
};

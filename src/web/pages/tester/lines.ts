export interface Line {
  readonly identity: string;
  readonly text: string;
}

/**
 * One message a line: a text, or `number,text`. What stands before the first comma is a number when it is made of digits.
 *
 * @param identity - of lines without a number
 */
export const linesOf = (
  content: string,
  identity: string,
): { readonly lines: readonly Line[]; readonly empty: number } => {
  const all = content
    .replace(/^\uFEFF/, '')
    .replace(/\r?\n$/, '')
    .split(/\r?\n/);
  const lines = all.filter((line) => line.trim() !== '').map((line) => lineOf(line, identity));
  return { lines, empty: all.length - lines.length };
};

const lineOf = (line: string, identity: string): Line => {
  const [, number, text] = /^\s*"?(\+?\d[\d ]{2,})"?\s*,(.*)$/.exec(line) ?? [];
  if (number === undefined || text === undefined) return { identity, text: line };
  return { identity: number.replaceAll(' ', ''), text: unquoted(text) };
};

/** As spreadsheets write a cell that holds a comma or a quotation mark. */
const unquoted = (text: string): string => {
  const [, within] = /^\s*"((?:[^"]|"")*)"\s*$/.exec(text) ?? [];
  return within === undefined ? text.trimStart() : within.replaceAll('""', '"');
};

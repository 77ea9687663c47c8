/** Rows of cells as lines, the cells of a column under each other. What a row has less stays empty. */
export const inColumns = (rows: readonly (readonly string[])[]): readonly string[] => {
  const widths: number[] = [];
  for (const row of rows)
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length);
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
};

const indent = '  ';
/** Below this a line would be cut into pieces that no one reads. */
const narrowest = 30;

/**
 * Lines that stand under something, folded between words where a terminal is narrower than they are.
 *
 * @param width - of the terminal, in characters; undefined for a pipe or a file, whose lines stay whole
 */
export const indented = (text: string, width: number | undefined): readonly string[] =>
  text
    .trim()
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .flatMap((line) =>
      width === undefined ? [line] : folded(line, Math.max(width, narrowest) - indent.length),
    )
    .map((line) => `${indent}${line.trimEnd()}`);

const folded = (line: string, width: number): readonly string[] => {
  const lines: string[] = [];
  let rest = line;
  while (rest.length > width) {
    const space = rest.lastIndexOf(' ', width);
    const end = space <= 0 ? width : space;
    lines.push(rest.slice(0, end));
    rest = rest.slice(end).trimStart();
  }
  return [...lines, rest];
};

/** A number for people to read. */
export const count = (things: number): string => things.toLocaleString('en');

/** So many of something: `1 message`, `2,000 messages`. */
export const things = (many: number, one: string): string => `${count(many)} ${one}${many === 1 ? '' : 's'}`;

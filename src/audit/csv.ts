/** `people`: for a spreadsheet. `raw`: for programs, every value as it is. */
export type CsvForm = 'people' | 'raw';

/** What a spreadsheet needs to see that the file is UTF-8. */
export const byteOrderMark = '\ufeff';

/** One line of a file of comma-separated values (RFC 4180), its end included. Line breaks within a text stay there, in quotes. */
export const csvLine = (cells: readonly unknown[], form: CsvForm): string =>
  `${cells.map((cell) => quoted(textOf(cell), form)).join(',')}\r\n`;

const textOf = (value: unknown): string => {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value as string | number | boolean);
};

/** What a spreadsheet would calculate, or shorten to a number of twelve digits: an apostrophe before it keeps it the text that it is. */
const acts = /^(?:[=+\-@\t\r\n'＝＋－＠]|0\d+$|\d{10,}$)/u;

const quoted = (text: string, form: CsvForm): string => {
  const cell = form === 'people' && acts.test(text) ? `'${text}` : text;
  return /[",\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
};

import { type Style, styled, type Terminal, widthOf } from '../../terminal/print.js';

export interface Cell {
  readonly text: string;
  readonly style?: Style;
  /** At the right of its column: numbers. */
  readonly isNumber?: boolean;
}

export type Line = readonly Cell[];

/** Less than this is left for no text. */
const narrowest = 20;
const indent = '    ';
const gap = '  ';

/**
 * Lines of cells under each other; the last cell of a line, a text, gets what is left of the width. What there is no room for stands on
 * lines of its own, further in. A pipe has no width: there all is whole.
 */
export const tableOf = (lines: readonly Line[], { width }: Pick<Terminal, 'width'>): readonly string[] => {
  const widths: number[] = [];
  for (const line of lines)
    for (const [column, { text }] of line.slice(0, -1).entries())
      widths[column] = Math.max(widths[column] ?? 0, widthOf(text));
  const rows = rowsOf(widths, width);
  return lines.flatMap((line) => {
    const start = line.slice(0, -1).map((cell, column) => padded(cell, widths[column] ?? 0));
    const broken = rows.map(({ from, to }) => start.slice(from, to).join(gap));
    const last = line.at(-1) ?? { text: '' };
    const { left } = rows.at(-1) ?? { left: width };
    if (left === undefined || left >= narrowest || widthOf(last.text) <= left) {
      const before = start.length === 0 ? '' : `${broken.pop() ?? ''}${gap}`;
      broken.push(`${before}${painted(last, left)}`);
    } else broken.push(painted(last, Math.max(narrowest, (width ?? narrowest) - indent.length)));
    return broken.map((row, index) => `${index === 0 ? '' : indent}${row.trimEnd()}`);
  });
};

/** Columns that stand beside each other, and what they leave of the width, the gap after them apart. */
interface Columns {
  readonly from: number;
  readonly to: number;
  readonly left: number | undefined;
}

const rowsOf = (widths: readonly number[], width: number | undefined): readonly Columns[] => {
  const rows: Columns[] = [];
  let [from, left] = [0, width];
  for (const [column, wanted] of widths.entries()) {
    if (left !== undefined && left < wanted && column > from) {
      rows.push({ from, to: column, left });
      [from, left] = [column, (width ?? 0) - indent.length];
    }
    left = left === undefined ? undefined : left - wanted - gap.length;
  }
  return [...rows, { from, to: widths.length, left }];
};

const padded = (cell: Cell, width: number): string => {
  const blanks = ' '.repeat(Math.max(0, width - widthOf(cell.text)));
  return cell.isNumber ? `${blanks}${painted(cell)}` : `${painted(cell)}${blanks}`;
};

const painted = ({ text, style }: Cell, room?: number): string => {
  const shown = room === undefined ? text : cut(text, room);
  return style === undefined || shown === '' ? shown : styled(shown, style);
};

/** As much of a text as there is room for, and never half of what a person sees as one character. */
const cut = (text: string, room: number): string => {
  if (widthOf(text) <= room) return text;
  let shown = '';
  for (const { segment } of characters.segment(text)) {
    if (widthOf(shown + segment) > room - 1) break;
    shown += segment;
  }
  return `${shown.trimEnd()}…`;
};

const characters = new Intl.Segmenter();

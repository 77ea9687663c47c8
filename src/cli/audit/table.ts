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
 * Lines of cells under each other; the last cell of a line, a text, gets what is left of the width, or the line under it where that is
 * too little. A pipe has no width: there all is whole.
 */
export const tableOf = (lines: readonly Line[], { width }: Pick<Terminal, 'width'>): readonly string[] => {
  const widths: number[] = [];
  for (const line of lines)
    for (const [column, { text }] of line.slice(0, -1).entries())
      widths[column] = Math.max(widths[column] ?? 0, widthOf(text));
  const before = widths.reduce((sum, one) => sum + one + gap.length, 0);
  const room = width === undefined ? undefined : width - before;
  return lines.flatMap((line) => {
    const start = line.slice(0, -1).map((cell, column) => padded(cell, widths[column] ?? 0));
    const last = line.at(-1) ?? { text: '' };
    if (room === undefined || room >= narrowest || widthOf(last.text) <= room)
      return [[...start, painted(last, room)].join(gap).trimEnd()];
    const rest = (width ?? narrowest) - indent.length;
    return [start.join(gap).trimEnd(), `${indent}${painted(last, Math.max(narrowest, rest))}`];
  });
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

import { type Style, styled, type Terminal, widthOf } from '../../terminal/print.js';

/** One line of a story, before it is fitted to a terminal. */
export interface Row {
  /** As it stands at the left; nothing for what belongs to the line above. */
  readonly time?: string;
  /** What kind of line it is: `▸ `. */
  readonly lead?: string;
  readonly text: string;
  /** At the right, where there is room: `GSM, 1 part`. */
  readonly remark?: string;
  readonly style?: Style;
}

/** Behind the time. */
const margin = 10;
/** A line is read better when it does not go on for ever. */
const widest = 100;
/** Less than this is left for no text. */
const narrowest = 20;

/** The row as lines. A pipe gets one, whole. */
export const linesOf = (row: Row, { width }: Pick<Terminal, 'width'>): readonly string[] => {
  const { time, lead = '', text, remark = '', style } = row;
  const painted = (part: string) => (style === undefined || part === '' ? part : styled(part, style));
  const start = (time ?? '').padEnd(margin) + lead;
  if (width === undefined) return [`${start}${painted(text)}${remark === '' ? '' : `  ${remark}`}`.trimEnd()];
  const room = Math.max(narrowest, Math.min(width, widest) - widthOf(start));
  const [first = '', ...rest] = folded(text, room);
  const under = ' '.repeat(widthOf(start));
  const gap = room - widthOf(first) - widthOf(remark);
  const isBeside = rest.length === 0 && gap >= 2;
  return [
    `${start}${painted(first)}${isBeside && remark !== '' ? `${' '.repeat(gap)}${styled(remark, 'faint')}` : ''}`.trimEnd(),
    ...rest.map((line) => `${under}${painted(line)}`),
    ...(isBeside || remark === ''
      ? []
      : folded(remark, room).map((line) => `${under}${styled(line, 'faint')}`)),
  ];
};

/** Between words where that is possible, and never within what a person sees as one character. */
const folded = (text: string, room: number): readonly string[] => {
  if (widthOf(text) <= room) return [text];
  const lines: string[] = [];
  let line: string[] = [];
  let width = 0;
  for (const { segment } of characters.segment(text)) {
    width += widthOf(segment);
    line.push(segment);
    if (width <= room) continue;
    const blank = line.lastIndexOf(' ');
    const end = blank <= 0 ? line.length - 1 : blank;
    lines.push(line.slice(0, end).join(''));
    line = line.slice(blank <= 0 ? end : end + 1);
    width = widthOf(line.join(''));
  }
  return [...lines, line.join('')];
};

const characters = new Intl.Segmenter();

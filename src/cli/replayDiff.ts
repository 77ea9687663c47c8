import { isSameConnection } from '../domain/connection.js';
import { aligned } from '../replay/alignment.js';
import type { Decided, ReplayedText } from '../replay/decided.js';
import type { Replayed, Shown } from '../replay/replayed.js';
import { type Style, styled, type Terminal, widthOf } from '../terminal/print.js';
import { visible } from '../terminal/visible.js';
import type { LocalClock } from './clock.js';

/** How a report looks where it is written. */
export interface Look extends Pick<Terminal, 'width' | 'hasUtf8'> {
  readonly clock: LocalClock;
}

/** A line of what was or is decided. */
interface Side {
  readonly text: string;
  readonly by: string;
}

/** A difference with the conversation around it, as lines. */
export const differenceLines = ({ messageId, shown: found }: Replayed, look: Look): readonly string[] => {
  if (found === undefined) return [];
  const { connection, receivedAt, before, text, recorded, rerun, calls, isConsequence, why = [] } = found;
  const id = look.width === undefined ? messageId : `${messageId.slice(0, 6)}…${messageId.slice(-4)}`;
  const follows = isConsequence ? '  (follows from an earlier one)' : '';
  return [
    `  ${look.clock.moment(receivedAt)}  ${connection.backend} ${visible(connection.identity)}  ${id}${follows}`,
    ...before.map((line) => styled(`      ${sign(line.way, look)} ${visible(line.text)}`, 'faint')),
    `      ${sign('in', look)} ${visible(text)}`,
    ...changed(sidesOf(recorded, connection, look), sidesOf(rerun, connection, look), look),
    ...why.map((reason) => `      ${visible(reason)}`),
    ...(calls.length === 0 ? [] : [`      it tried ${calls.join(', ')}`]),
  ];
};

/** All lines of what was decided: what leaves, what is stopped, what is remembered. */
const sidesOf = (decided: Decided, own: Shown['connection'], look: Look): readonly Side[] => {
  if (decided.kind === 'failed')
    return [{ text: `failed: ${visible(decided.error)}`, by: `${decided.app}.${decided.phase}` }];
  const texts = decided.texts.map((text) => sideOf(text, own, look));
  const facts = decided.facts.map(({ type, data }) => ({
    text: `remembers ${visible(JSON.stringify(data))}`,
    by: type,
  }));
  // Where nobody had it, that is said already.
  const isPlain = ['handled', 'answered', 'unhandled'].includes(decided.outcome);
  const outcome = isPlain ? '' : ` ${decided.outcome}`;
  const silent = { text: 'no answer', by: `${decided.app ?? 'no app'}${outcome}` };
  const sides = [...(texts.length === 0 ? [silent] : texts), ...facts];
  return sides;
};

const sideOf = (
  { to, text, app, priority, stoppedBy }: ReplayedText,
  own: Shown['connection'],
  look: Look,
): Side => {
  const isOwn = isSameConnection(to, own);
  const where = to.backend === own.backend ? visible(to.identity) : `${to.backend} ${visible(to.identity)}`;
  return {
    text: `${sign('out', look)} ${isOwn ? '' : `to ${where}: `}${visible(text)}`,
    by: [
      app ?? 'unknown app',
      ...(priority === undefined ? [] : [`priority ${priority}`]),
      ...(stoppedBy === undefined ? [] : [`stopped by ${stoppedBy}`]),
    ].join(', '),
  };
};

/** What is the same stands once; of what is not, the changed words are marked. */
const changed = (then: readonly Side[], now: readonly Side[], look: Look): readonly string[] =>
  aligned(then, now, (one, other) => one.text === other.text && one.by === other.by).flatMap(
    ({ was, is, isSame }) => {
      if (isSame) return was === undefined ? [] : line(' ', was, look);
      const mark = was === undefined || is === undefined ? '' : markOf(was.text, is.text);
      return [
        ...(was === undefined ? [] : line('-', was, look, 'gone')),
        ...(is === undefined ? [] : line('+', is, look, 'come')),
        ...(mark === '' ? [] : [`      ${mark}`]),
      ];
    },
  );

/** Who decided stands behind, or below where the terminal is too narrow. */
const line = (sign: string, { text, by }: Side, { width }: Look, style?: Style): readonly string[] => {
  const whole = `    ${sign} ${text}  (${by})`;
  const lines =
    width === undefined || widthOf(whole) <= width
      ? [whole]
      : [`    ${sign} ${text}`, `    ${sign}   (${by})`];
  return style === undefined ? lines : lines.map((one) => styled(one, style));
};

const sign = (way: 'in' | 'out', { hasUtf8 }: Look): string => {
  if (!hasUtf8) return way === 'in' ? '>' : '<';
  return way === 'in' ? '▸' : '◂';
};

/** Tildes under the words of the second text that the first has not. */
const markOf = (then: string, now: string): string => {
  if (then === now) return '';
  const [was, is] = [then.split(/(\s+)/), now.split(/(\s+)/)];
  let first = 0;
  while (first < Math.min(was.length, is.length) && was[first] === is[first]) first += 1;
  let last = 0;
  while (last < Math.min(was.length, is.length) - first && was.at(-1 - last) === is.at(-1 - last)) last += 1;
  const begin = widthOf(is.slice(0, first).join(''));
  const width = widthOf(is.slice(first, is.length - last).join(''));
  return width === 0 ? '' : `${' '.repeat(begin)}${'~'.repeat(width)}`;
};

import { once } from 'node:events';
import { readlinkSync } from 'node:fs';
import type { Writable } from 'node:stream';
import stringWidth from 'string-width';
import { visibleLines } from './visible.js';

/** What a terminal can do. A pipe or a file has no width and no colours, and gets every character. */
export interface Terminal {
  readonly isTerminal: boolean;
  /** In characters; undefined: lines stay whole. */
  readonly width: number | undefined;
  readonly rows: number | undefined;
  readonly hasColours: boolean;
  /** False where the locale has no UTF-8: plain signs then. */
  readonly hasUtf8: boolean;
}

export const terminalOf = (stream: NodeJS.WriteStream = process.stdout): Terminal => ({
  isTerminal: stream.isTTY === true,
  width: stream.isTTY ? stream.columns : undefined,
  rows: stream.isTTY ? stream.rows : undefined,
  hasColours: stream.isTTY === true && stream.hasColors(),
  hasUtf8: !stream.isTTY || isUtf8(process.env),
});

const isUtf8 = ({ LC_ALL, LC_CTYPE, LANG }: NodeJS.ProcessEnv): boolean =>
  /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || (process.platform === 'linux' ? '' : 'utf-8'));

/** `attention`: a person is needed. `gone` and `come`: of two things that are compared. Nothing else has a colour. */
export type Style = 'strong' | 'faint' | 'attention' | 'gone' | 'come';

const codes: Readonly<Record<Style, number>> = { strong: 1, faint: 2, attention: 33, gone: 31, come: 32 };

// Characters that no text holds: what is printed is made visible first, and styled after that.
const [open, close] = ['\ufdd0', '\ufdd1'];
const styles: readonly Style[] = ['strong', 'faint', 'attention', 'gone', 'come'];

/** For {@link print}: in this style where there are colours. */
export const styled = (text: string, style: Style): string =>
  `${open}${styles.indexOf(style)}${text}${close}`;

/** How many columns of a terminal it takes. */
export const widthOf = (text: string): number => stringWidth(text.replace(/\ufdd0\d|\ufdd1/g, ''));

/** Lines ready for a stream: whatever they hold, the terminal does nothing but show them. */
export const rendered = (text: string, hasColours: boolean): string =>
  visibleLines(text)
    .replace(/\ufdd0(\d)/g, (_all, style) =>
      hasColours ? `\x1b[${codes[styles[Number(style)] ?? 'strong']}m` : '',
    )
    .replaceAll(close, hasColours ? '\x1b[0m' : '');

/** Writes lines to standard output. Everything that a command tells a person goes through here or {@link printError}. */
export const print = (text = ''): void => write(process.stdout, text);

export const printError = (text: string): void => write(process.stderr, text);

/** Lines that are written in one go: they are made while those before are taken. */
const pieceLines = 1_000;

/** Writes lines as fast as they are taken. Whoever does not take them any more is left alone. */
export const written = async (
  stream: Writable,
  lines: Iterable<string>,
  hasColours: boolean,
): Promise<void> => {
  let piece: string[] = [];
  const send = async () => {
    const text = `${rendered(piece.join('\n'), hasColours)}\n`;
    piece = [];
    if (stream.destroyed || stream.write(text)) return;
    // What goes wrong with a stream is its owner's: here nobody takes the lines any more.
    await Promise.race([once(stream, 'drain'), once(stream, 'close')]).catch(() => undefined);
  };
  for (const line of lines) {
    piece.push(line);
    if (piece.length === pieceLines) await send();
    if (stream.destroyed) return;
  }
  if (piece.length > 0) await send();
};

/** As {@link print}, of many lines. */
export const printAll = (lines: Iterable<string>): Promise<void> =>
  written(process.stdout, lines, terminalOf().hasColours);

const write = (stream: NodeJS.WriteStream, text: string): void => {
  stream.write(`${rendered(text, terminalOf(stream).hasColours)}\n`);
};

/** Of a program that wrote to a pipe that nobody reads: as a shell tells it of any other (128 + SIGPIPE). */
const unread = 141;

/** EX_IOERR of sysexits.h: what a command found has exit codes of its own. */
export const unwritten = 74;

/** The file that a shell has led the output to, where the system tells. */
const whereTo = (): string => {
  try {
    return ` to ${readlinkSync('/proc/self/fd/1')}`;
  } catch {
    return '';
  }
};

let whenUnread: (() => void) | undefined;

/** What is to be brought to an end when nobody reads the output any more: the program ends by itself then. */
export const onUnread = (end: () => void): void => {
  whenUnread = end;
};

const leave = (): void => {
  process.exitCode = unread;
  if (whenUnread === undefined) process.exit();
  whenUnread();
};

/**
 * For commands: who reads their output has seen enough, as `head` has, and they end without a word. Output that cannot be
 * written, to a full disk, is a failure.
 */
export const endWhenUnread = (): void => {
  process.stderr.on('error', () => process.exit(unread));
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') {
      leave();
      return;
    }
    printError(`The output${whereTo()} cannot be written: ${error.message}`);
    process.exit(unwritten);
  });
};

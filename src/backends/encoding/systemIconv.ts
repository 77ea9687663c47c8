// What the system's own iconv knows: charsets of mainframes and of old scripts, which no package has.
import { spawnSync } from 'node:child_process';

/** What a text of the usual length takes, many times over. A program that hangs must not hold the router. */
const limits = { timeout: 2_000, maxBuffer: 4_000_000 } as const;

/** Its labels in small letters, by themselves. None where there is no such program. */
const list = (): ReadonlySet<string> => {
  const { stdout, error } = spawnSync('iconv', ['--list'], { ...limits, encoding: 'latin1' });
  return new Set(error === undefined ? stdout.toLowerCase().replaceAll('//', ' ').split(/\s+/) : []);
};
let labels: ReadonlySet<string> | undefined;

/** Asked once: the program is started for labels that it knows and no others. */
export const systemKnows = (label: string): boolean => {
  labels ??= list();
  return /^[\w.:+()-]+$/.test(label) && labels.has(label.toLowerCase());
};

/**
 * Takes some milliseconds, in which the event loop stands still: the last resort, for charsets that hardly ever come. What follows
 * bytes without a meaning is lost; U+FFFD stands for it.
 *
 * @param label - one that {@link systemKnows}
 */
export const systemDecode = (label: string, bytes: Buffer): string => {
  const { stdout, status } = spawnSync('iconv', ['-f', label, '-t', 'UTF-8'], { ...limits, input: bytes });
  const text = stdout?.toString('utf8') ?? '';
  return status === 0 ? text : `${text}\ufffd`;
};

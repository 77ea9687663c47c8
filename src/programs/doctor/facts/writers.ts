import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Clock } from '../../../domain/clock.js';

/** A process that holds the one lock under which an SQLite file is written to. */
export interface Writer {
  readonly pid: number;
  /** Its program's name, as far as the system tells. */
  readonly program: string;
}

// https://www.sqlite.org/walformat.html#locks: who writes to the log locks this byte of its index,
const logByte = 120;
// and who has the file for itself, or writes without a log, bytes from here on (https://www.sqlite.org/fileformat.html#the_lock_byte_page).
const [firstFileByte, lastFileByte] = [0x4000_0000, 0x4000_01ff];

/** A transaction of a busy writer ends sooner. */
const [looks, betweenMs] = [8, 100];

/**
 * The process, none of ours, that has held the lock for longer than a transaction takes. Linux tells who holds what: no lock is
 * taken to learn it, and nobody is held up. Undefined too where the system does not tell, and of a process in another container.
 *
 * @param data - the folder of the file: who holds a lock of its routers is ours, and may be busy
 */
export const lastingWriter = async (
  path: string,
  data: string,
  clock: Pick<Clock, 'sleep'>,
): Promise<Writer | undefined> => {
  let pid = strangerOn(path, data);
  for (let look = 1; look < looks && pid !== undefined; look += 1) {
    await clock.sleep(betweenMs);
    if (strangerOn(path, data) !== pid) pid = undefined;
  }
  return pid === undefined ? undefined : { pid, program: programOf(pid) };
};

/** For the beginning of a sentence: `sqlite3 (process 4711)`. @param writer - undefined: the system does not tell which it is */
export const named = (writer: Writer | undefined): string =>
  writer === undefined ? 'Another process' : `${writer.program} (process ${writer.pid})`;

/** For the end of a sentence that says how to end it there. @param writer - undefined: the system does not tell which it is */
export const howToEnd = (writer: Writer | undefined): string =>
  writer === undefined ? '. To see which it is: lsof, or fuser' : `, or: kill ${writer.pid}`;

const strangerOn = (path: string, data: string): number | undefined => {
  const held = heldLocks();
  const ours = new Set(locksIn(data).map((lock) => writerIn(held, lock)));
  const pid = writerIn(held, path);
  return ours.has(pid) ? undefined : pid;
};

const locksIn = (data: string): readonly string[] => {
  const nodes = join(data, 'nodes');
  return [
    join(data, 'router.lock'),
    join(data, 'projections.lock'),
    ...namesIn(nodes).map((name) => join(nodes, name)),
  ];
};

const namesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
};

interface Held {
  readonly pid: number;
  readonly inode: string;
  readonly first: number;
  readonly last: number;
}

/** `1: POSIX  ADVISORY  WRITE 4711 fe:00:5351464 120 120`; one that is only waited for stands behind `->`. */
const heldLine = /^\d+: POSIX +ADVISORY +WRITE +(\d+) +[\da-f]+:[\da-f]+:(\d+) +(\d+) +(\d+|EOF)$/;

const heldLocks = (): readonly Held[] =>
  textOf('/proc/locks')
    .split('\n')
    .flatMap((line) => {
      const [, pid, inode = '', first, last] = heldLine.exec(line) ?? [];
      const end = last === 'EOF' ? Number.POSITIVE_INFINITY : Number(last);
      return pid === undefined ? [] : [{ pid: Number(pid), inode, first: Number(first), last: end }];
    });

const writerIn = (held: readonly Held[], path: string): number | undefined =>
  holderOf(held, `${path}-shm`, logByte, logByte) ?? holderOf(held, path, firstFileByte, lastFileByte);

const holderOf = (held: readonly Held[], path: string, from: number, to: number): number | undefined => {
  const inode = statSync(path, { bigint: true, throwIfNoEntry: false })?.ino.toString();
  return held.find((lock) => lock.inode === inode && lock.first <= to && lock.last >= from)?.pid;
};

/** The first of its arguments; what stands behind it may be a secret. */
const programOf = (pid: number): string =>
  basename(textOf(`/proc/${pid}/cmdline`).split('\0')[0] ?? '') || 'a program without a name';

const textOf = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};

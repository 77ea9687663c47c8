import type { ProjectionProgress } from '../programs/projections/rebuild.js';
import { printError } from '../terminal/print.js';
import { count } from './columns.js';

/** How far a rebuild is, on standard error: a bar for a person, now and then a line for a log. */
export class RebuildProgress {
  readonly #begun = performance.now();
  readonly #widest: number;
  #shown = '';

  /** @param names - of those that may be told of */
  constructor(names: readonly string[]) {
    this.#widest = Math.max(0, ...names.map((name) => name.length));
  }

  tell(progress: ProjectionProgress): void {
    if (process.stderr.isTTY) {
      process.stderr.write(`\r\x1b[K${bar(progress, this.#widest)}${progress.ended ? '\n' : ''}`);
      return;
    }
    const line = plainLine(progress);
    if (line !== this.#shown) printError(line);
    this.#shown = line;
  }

  end(): void {
    printError(`${((performance.now() - this.#begun) / 1_000).toFixed(1)} s`);
  }
}

const width = 30;

const bar = ({ name, part, phase, events, at }: ProjectionProgress, widest: number): string => {
  const done = Math.round(part * width);
  const cells = `${'█'.repeat(done)}${'░'.repeat(width - done)}`;
  const where = phase === 'catching-up' ? (at?.slice(0, 10) ?? '') : phase;
  return `${name.padEnd(widest)}  ${cells} ${percent(part)}  ${count(events)} events  ${where}`;
};

/** Each ten percent: a log is no terminal. */
const plainLine = ({ name, part, phase, events }: ProjectionProgress): string =>
  phase === 'catching-up'
    ? `${name}: ${percent(Math.floor(part * 10) / 10).trim()}`
    : `${name}: ${phase}, ${count(events)} events`;

const percent = (part: number): string => `${Math.floor(part * 100)} %`.padStart(5);

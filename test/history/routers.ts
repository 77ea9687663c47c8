import { version } from '../../src/main/version.js';

/** A clock that tells another time than it is, for a while. */
interface Fault {
  readonly from: number;
  readonly until: number;
  readonly offsetMs: number;
}

/** A router of the history: its name, when it ran, and what its clock told. */
export interface RouterRun {
  readonly node: string;
  readonly version: string;
  readonly nodeVersion: string;
  /** What stood in the files of its apps after what stands there today. */
  readonly edition: string;
  readonly from: number;
  readonly until: number;
  /** It was killed: no RouterStopped, and what it had in flight is taken up without knowing what became of it. */
  readonly isCut: boolean;
}

const hour = 3_600_000;

/** The routers of a history and their clocks. North's was set back by hours once, south's was ahead for a while. */
export class Routers {
  readonly runs: readonly RouterRun[];
  readonly begin: number;
  readonly #faults: Readonly<Record<string, Fault>>;

  constructor(begin: number, end: number) {
    this.begin = begin;
    const at = (part: number) => begin + Math.round((end - begin) * part);
    const short = (end - begin) / 30;
    const old = { version: '0.0.9', nodeVersion: 'v20.19.0', edition: '// 2024\n' };
    const today = { version, nodeVersion: 'v22.12.0', edition: '' };
    const ever = Number.POSITIVE_INFINITY;
    this.runs = [
      { node: 'north', ...old, from: begin, until: at(0.35), isCut: false },
      { node: 'north', ...today, from: at(0.35) + 90_000, until: at(0.8), isCut: false },
      // It runs to the end, and was cut there: what is unfinished then, the next start takes up.
      { node: 'north', ...today, from: at(0.8) + 20_000, until: ever, isCut: true },
      { node: 'south', ...old, from: begin + 5_000, until: at(0.55), isCut: true },
      { node: 'south', ...today, from: at(0.55) + Math.min(hour, short), until: ever, isCut: false },
    ];
    this.#faults = {
      north: { from: at(0.6), until: at(0.6) + short, offsetMs: -Math.min(5 * hour, short) },
      south: { from: at(0.25), until: at(0.25) + short, offsetMs: Math.min(26 * hour, short) },
    };
  }

  /** What the clock of this router tells at this time. */
  clockOf(node: string, at: number): number {
    const fault = this.#faults[node];
    return fault !== undefined && fault.from <= at && at < fault.until ? at + fault.offsetMs : at;
  }

  isUp(node: string, at: number): boolean {
    return this.runs.some((run) => run.node === node && run.from <= at && at < run.until);
  }

  /** Who has a conversation in hand: of the two always the same, and the other while that one is down. */
  owner(stream: string, at: number): string {
    const [first, second] = stream.length % 2 === 0 ? ['north', 'south'] : ['south', 'north'];
    return this.isUp(first, at) ? first : second;
  }

  /** A run of this router was cut short between these times. */
  wasCutSince(node: string, begun: number, at: number): boolean {
    return this.runs.some((run) => run.node === node && run.isCut && begun < run.until && run.until <= at);
  }
}

import { LowWater } from '../store/lowWater.js';
import { comparePositions, earliestPosition, laterPosition } from '../store/positions.js';
import { shareOf } from './lanes.js';

/** Which conversations a process routes: those of some of the shares that they are spread over. */
export interface Assignment {
  /** Into how many shares conversations are spread. */
  readonly shares: number;
  /** By the number of each share that is held: up to which position its messages are routed; undefined: none yet. */
  readonly held: ReadonlyMap<number, string | undefined>;
}

/** All conversations, from one place on: a process by itself. */
export const wholeAssignment = (mark?: string): Assignment => ({ shares: 1, held: new Map([[0, mark]]) });

/** How far one run of the pipeline is: which messages are its own, and which of them are done. */
export class Marks<Thing> {
  /** Where the run begins: the earliest place of its shares. */
  readonly from: string | undefined;
  readonly lowWater: LowWater<Thing>;
  readonly #whole: boolean;
  /** Past the marks of all shares: each message of theirs is to be routed. */
  #past = false;

  /** @param timeline - of the store, that the marks are of */
  constructor(
    private readonly assignment: Assignment,
    readonly timeline = 0,
  ) {
    const { shares, held } = assignment;
    this.#whole = held.size === shares;
    this.from = earliestPosition(held.values());
    this.lowWater = new LowWater(this.from);
    this.#past = new Set(held.values()).size === 1;
  }

  /** From here on everything is new. */
  caughtUp(): void {
    this.#past = true;
  }

  /** True when a message that was stored there is for this run. Asked for each: without a look at positions once it can. */
  isOwn(stream: string, position: string): boolean {
    if (this.#past && this.#whole) return true;
    const share = shareOf(stream, this.assignment.shares);
    if (!this.assignment.held.has(share)) return false;
    if (this.#past) return true;
    const mark = this.assignment.held.get(share);
    return mark === undefined || comparePositions(position, mark) > 0;
  }

  /** Up to where the messages of a share are routed. */
  of(share: number): string | undefined {
    return laterPosition(this.assignment.held.get(share), this.lowWater.mark);
  }
}

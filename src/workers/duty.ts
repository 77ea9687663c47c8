import type { Standing } from './group.js';
import type { ShareName } from './shares.js';

/** What does the work of the shares of one room. */
export interface Duty {
  /**
   * Works on exactly these from now on. May be called again before it has resolved.
   *
   * @param on - how each share stood when it was taken; for what was put down here and held ever since, what this returned
   * @param shares - into how many the conversations are spread
   * @param withinMs - for what has to be put down; later it is cut short
   * @returns how that which is put down stands, once nothing of it is under way any more
   */
  work(
    on: ReadonlyMap<ShareName, Standing>,
    shares: number,
    withinMs?: number,
  ): Promise<ReadonlyMap<ShareName, Standing>>;
  /** How far a share is that is worked on. */
  mark(share: ShareName): string | undefined;
}

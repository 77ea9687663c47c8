import { type Assignment, wholeAssignment } from './marks.js';
import { Shift, type ShiftNeeds } from './shift.js';

const nothing: Assignment = { shares: 1, held: new Map() };

/** The shifts in turn: each assignment begins when the one before is at rest. */
export class Shifts {
  #shift: Shift;
  #turn: Promise<unknown> = Promise.resolve();
  #whole = false;
  #idle = true;

  constructor(
    private readonly needs: ShiftNeeds & {
      /** Called before it is told that shares have been put down, of which messages may still wait. */
      readonly putDown: () => Promise<void>;
    },
  ) {
    this.#shift = new Shift(needs, nothing);
  }

  /** True when every conversation is assigned here: nobody else routes any. */
  get whole(): boolean {
    return this.#whole;
  }

  /** True when no conversation is. */
  get idle(): boolean {
    return this.#idle;
  }

  /** @returns how far the shares are that were put down, once nothing of them is under way */
  work(assignment: Assignment): Promise<Assignment['held']> {
    this.#whole = assignment.held.size === assignment.shares;
    this.#idle = assignment.held.size === 0;
    void this.#shift.stop();
    const taken = this.#turn.then(() => this.#relieve(assignment));
    this.#turn = taken.catch(() => undefined);
    return taken;
  }

  all(mark: string | undefined): Promise<Assignment['held']> {
    return this.work(wholeAssignment(mark));
  }

  none(): Promise<Assignment['held']> {
    return this.work(nothing);
  }

  mark(share: number): string | undefined {
    return this.#shift.mark(share);
  }

  async #relieve({ shares, held }: Assignment): Promise<Assignment['held']> {
    await this.#shift.stop();
    const before = this.#shift.standing.held;
    const from = [...held].map(
      ([share, mark]) => [share, before.has(share) ? before.get(share) : mark] as const,
    );
    this.#shift = new Shift(this.needs, { shares, held: new Map(from) });
    this.#shift.start();
    const gone = [...before].filter(([share]) => !held.has(share));
    if (gone.length > 0) await this.needs.putDown();
    return new Map(gone);
  }
}

import type { Clock } from '../domain/clock.js';
import type { Agreements } from '../store/port.js';
import { type Agreed, readGroup } from './agreed.js';

/** Another process runs under this node's name. */
export class NodeInUse extends Error {
  override readonly name = 'NodeInUse';
  readonly code = 'node-in-use';
}

export interface NameNeeds {
  readonly agreements: Agreements;
  readonly node: string;
  readonly beatMs: number;
  readonly clock: Clock;
}

/** For seeing whether another process of this name is alive, in beats. */
export const listenBeats = 3;

/** Keeps two processes from one name where no lock does. Nothing but its beats tells one that lives from one that is gone. */
export class Name {
  #gone: string | undefined;

  constructor(private readonly needs: NameNeeds) {}

  /**
   * Listens whether a process of this name is alive: some beats long if there was one.
   *
   * @throws {NodeInUse}
   */
  async claim(): Promise<void> {
    const { agreements, node, beatMs, clock } = this.needs;
    this.#gone = lifeOf(await readGroup(agreements), node);
    if (this.#gone !== undefined) await clock.sleep(listenBeats * beatMs);
    this.check(await readGroup(agreements));
  }

  /** @throws {NodeInUse} when there is a sign of life that was not there when the name was claimed */
  check(agreed: Agreed | undefined): void {
    const life = lifeOf(agreed, this.needs.node);
    if (life === undefined || life === this.#gone) return;
    throw new NodeInUse(
      `Another process named ${this.needs.node} works on this store. Give this one another name: --node NAME or THREADLESS_NODE.`,
    );
  }
}

/** Changes with each of its beats. Undefined: not a member. */
export const lifeOf = (agreed: Agreed | undefined, node: string): string | undefined => {
  const member = agreed?.group.members[node];
  return member && `${member.session} ${member.beat}`;
};

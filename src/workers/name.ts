import type { Clock } from '../domain/clock.js';
import type { Agreements } from '../store/port.js';
import { readGroup } from './agreed.js';
import { hear, heartbeatOf, lifeIn } from './heartbeat.js';
import { restAfter } from './settings.js';

/** Another process runs under this node's name. */
export class NodeInUse extends Error {
  override readonly name = 'NodeInUse';
  readonly code = 'node-in-use';
}

export const nameInUse = (node: string): NodeInUse =>
  new NodeInUse(
    `Another process named ${node} works on this store. Give this one another name: --node NAME or THREADLESS_NODE.`,
  );

export interface NameNeeds {
  readonly agreements: Agreements;
  readonly heartbeats: Agreements;
  readonly node: string;
  readonly clock: Clock;
}

/** Keeps two processes from one name where no lock does. Nothing but its heartbeats tells one that lives from one that is gone. */
export class Name {
  #gone: string | undefined;

  constructor(private readonly needs: NameNeeds) {}

  /**
   * Listens whether a process of this name is alive, if there was one: so long that one that cannot reach the store has
   * put its work down.
   *
   * @throws {NodeInUse}
   */
  async claim(): Promise<void> {
    const { agreements, heartbeats, node, clock } = this.needs;
    const life = async () => {
      const member = (await readGroup(agreements))?.group.members[node];
      return { member, life: lifeIn(member, await hear(heartbeats, heartbeatOf(node))) };
    };
    const before = await life();
    if (before.life === undefined) return;
    this.#gone = before.life;
    await clock.sleep((before.member?.takeoverMs ?? 0) * restAfter);
    this.check((await life()).life);
  }

  /**
   * @param life - of the member of this name
   * @throws {NodeInUse} when there is a sign of life that was not there when the name was claimed
   */
  check(life: string | undefined): void {
    if (life !== undefined && life !== this.#gone) throw nameInUse(this.needs.node);
  }
}

import type { Clock } from '../domain/clock.js';
import type { Agreements } from '../store/port.js';
import { heartbeatName, readHeartbeat, signOfLifeIn } from './heartbeat.js';
import { releaseAfter } from './settings.js';
import { readGroup } from './storedGroup.js';

/** Another process runs under this node's name. */
export class NodeInUse extends Error {
  override readonly name = 'NodeInUse';
  readonly code = 'node-in-use';
}

export const nameInUse = (node: string): NodeInUse =>
  new NodeInUse(
    `Another process named ${node} works on this store. Give this one another name: --node NAME or THREADLESS_NODE.`,
  );

export interface NodeNameNeeds {
  readonly agreements: Agreements;
  readonly heartbeats: Agreements;
  readonly node: string;
  readonly clock: Clock;
}

/** Keeps two processes from one name where no lock does. Nothing but its heartbeats tells one that lives from one that is gone. */
export class NodeName {
  #gone: string | undefined;

  constructor(private readonly needs: NodeNameNeeds) {}

  /**
   * Listens whether a process of this name is alive, if there was one: so long that the lease of one that cannot reach the store
   * has expired.
   *
   * @throws {NodeInUse}
   */
  async claim(): Promise<void> {
    const { agreements, heartbeats, node, clock } = this.needs;
    const observed = async () => {
      const member = (await readGroup(agreements))?.group.members[node];
      return {
        member,
        signOfLife: signOfLifeIn(member, await readHeartbeat(heartbeats, heartbeatName(node))),
      };
    };
    const before = await observed();
    if (before.signOfLife === undefined) return;
    this.#gone = before.signOfLife;
    await clock.sleep((before.member?.takeoverMs ?? 0) * releaseAfter);
    this.check((await observed()).signOfLife);
  }

  /**
   * @param signOfLife - of the member of this name
   * @throws {NodeInUse} when there is a sign of life that was not there when the name was claimed
   */
  check(signOfLife: string | undefined): void {
    if (signOfLife !== undefined && signOfLife !== this.#gone) throw nameInUse(this.needs.node);
  }
}

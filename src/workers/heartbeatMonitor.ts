import type { Agreements } from '../store/port.js';
import { FailureDetector } from './failureDetector.js';
import type { Group } from './group.js';
import { endSession, heartbeatName, readHeartbeat, type StoredHeartbeat, signOfLifeIn } from './heartbeat.js';
import type { LowWaterMarks } from './partitions.js';

/** How the other members are, by their heartbeats. */
export class HeartbeatMonitor {
  readonly #detector = new FailureDetector();
  /** What each said last. */
  readonly #heard = new Map<string, StoredHeartbeat>();

  constructor(
    private readonly heartbeats: Agreements,
    private readonly steadyMs: () => number,
  ) {}

  /**
   * Listens to whose heartbeat is due. The session of one that has been silent for its takeover time is ended: a heartbeat that
   * comes in between wins.
   *
   * @returns the members whose sessions have expired, with how far they were
   */
  async expired(members: Group['members'], self: string): Promise<ReadonlyMap<string, LowWaterMarks>> {
    const others = Object.entries(members).filter(([node]) => node !== self);
    for (const node of this.#heard.keys()) if (members[node] === undefined) this.#heard.delete(node);
    const due = others.filter(
      ([node, { takeoverMs }]) =>
        !this.#heard.has(node) || this.#detector.isDue(node, takeoverMs, this.steadyMs()),
    );
    await Promise.all(
      due.map(async ([node]) =>
        this.#heard.set(node, await readHeartbeat(this.heartbeats, heartbeatName(node))),
      ),
    );
    const signs = new Map<string, string>();
    const expired = new Map<string, LowWaterMarks>();
    for (const [node, member] of others) {
      const heard = this.#heard.get(node);
      const signOfLife = heard && signOfLifeIn(member, heard);
      if (signOfLife === undefined) expired.set(node, heard?.beat?.marks ?? {});
      else signs.set(node, signOfLife);
    }
    for (const node of this.#detector.silent(members, signs, this.steadyMs())) {
      const marks = await this.#end(node, members[node]?.session ?? '');
      if (marks !== undefined) expired.set(node, marks);
    }
    return expired;
  }

  /** @returns undefined when it has beaten meanwhile */
  async #end(node: string, session: string): Promise<LowWaterMarks | undefined> {
    const heard = this.#heard.get(node) ?? { version: 'none' };
    const ended = await endSession(this.heartbeats, heartbeatName(node), session, heard);
    if (ended === undefined) this.#heard.delete(node);
    else this.#heard.set(node, ended);
    return ended?.beat?.marks;
  }
}

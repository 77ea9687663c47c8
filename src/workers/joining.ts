import type { Log } from '../domain/log.js';
import type { Agreements } from '../store/port.js';
import { GroupClosed } from './closing.js';
import { type Checkpoint, emptyGroup, type Group, type Me } from './group.js';
import { endSession, Heartbeat, heartbeatName, readHeartbeat, signOfLifeIn } from './heartbeat.js';
import { afterExpiry, newGroup, type Planned, rebalanced, repartitioned } from './rebalance.js';
import { readGroup, replaceGroup } from './storedGroup.js';

export interface JoinNeeds {
  readonly agreements: Agreements;
  readonly heartbeats: Agreements;
  /** Into how many partitions the conversations are to be spread; what is agreed already counts more. */
  readonly partitionCount: number;
  /** How far the work is in a store that was written before there were partitions. */
  readonly found: () => Promise<Checkpoint>;
  readonly log: Log;
}

export interface Joined {
  readonly planned: Planned;
  /** To be begun: before its first one nothing may be worked on. */
  readonly heartbeat: Heartbeat;
}

/** Throws when a member may not be replaced. @param signOfLife - undefined: its session was ended */
export type Check = (session: string | undefined, signOfLife: string | undefined) => void;

/**
 * Tries to become a member, in place of the one that has this name, if there is one: its session is ended before.
 *
 * @returns undefined when another process was quicker: try again
 * @throws {GroupClosed}
 */
export const joinGroup = async (needs: JoinNeeds, me: Me, check: Check): Promise<Joined | undefined> => {
  const { agreements, heartbeats } = needs;
  const name = heartbeatName(me.node);
  const agreed = await readGroup(agreements);
  const group = agreed?.group ?? emptyGroup;
  if (group.closed !== undefined) throw new GroupClosed(group.closed.why);
  const heard = await readHeartbeat(heartbeats, name);
  const member = group.members[me.node];
  const signOfLife = signOfLifeIn(member, heard);
  check(member?.session, signOfLife);
  const last =
    member === undefined || signOfLife === undefined
      ? heard
      : await endSession(heartbeats, name, member.session, heard);
  if (last === undefined) return undefined;
  const left =
    member === undefined ? group : afterExpiry(group, new Map([[me.node, last.beat?.marks ?? {}]]));
  const before =
    left.partitionCount === 0
      ? newGroup(needs.partitionCount, me, await needs.found())
      : asConfigured(needs, left);
  const planned = rebalanced(before, { me, held: new Map() });
  if (!(await replaceGroup(agreements, planned.group, agreed))) return undefined;
  return { planned, heartbeat: new Heartbeat(heartbeats, name, me.session, last.version) };
};

/** Alone, a process may spread the conversations anew. */
const asConfigured = ({ partitionCount, log }: JoinNeeds, group: Group): Group => {
  if (group.partitionCount === partitionCount) return group;
  if (Object.keys(group.members).length === 0) return repartitioned(group, partitionCount);
  const fields = { partitions: group.partitionCount, configured: partitionCount };
  log.warn(fields, 'routing.partitions differs from what the others use');
  return group;
};

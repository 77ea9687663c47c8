import type { Log } from '../domain/log.js';
import type { Agreements } from '../store/port.js';
import { readGroup, replaceGroup } from './agreed.js';
import { GroupClosed } from './closing.js';
import {
  type Group,
  type Me,
  newGroup,
  nextGroup,
  nobody,
  released,
  respread,
  type Standing,
} from './group.js';
import { endHeartbeat, Heartbeat, hear, heartbeatOf, lifeIn } from './heartbeat.js';

export interface EntryNeeds {
  readonly agreements: Agreements;
  readonly heartbeats: Agreements;
  /** Into how many shares the conversations are to be spread; what is agreed already counts more. */
  readonly shares: number;
  /** How things stand in a store that was written before there were shares. */
  readonly found: () => Promise<Standing>;
  readonly log: Log;
}

export interface Entered {
  readonly group: Group;
  /** To be begun: before its first one nothing may be worked on. */
  readonly heartbeat: Heartbeat;
}

/** Throws when a member may not be replaced. @param life - undefined: its heartbeats were ended */
export type Check = (session: string | undefined, life: string | undefined) => void;

/**
 * Tries to become a member, in place of the one that has this name, if there is one: its heartbeats are ended before.
 *
 * @returns undefined when another process was quicker: try again
 * @throws {GroupClosed}
 */
export const enter = async (needs: EntryNeeds, me: Me, check: Check): Promise<Entered | undefined> => {
  const { agreements, heartbeats } = needs;
  const name = heartbeatOf(me.node);
  const agreed = await readGroup(agreements);
  const group = agreed?.group ?? nobody;
  if (group.closed !== undefined) throw new GroupClosed(group.closed.why);
  const heard = await hear(heartbeats, name);
  const member = group.members[me.node];
  const life = lifeIn(member, heard);
  check(member?.session, life);
  const last =
    member === undefined || life === undefined
      ? heard
      : await endHeartbeat(heartbeats, name, member.session, heard);
  if (last === undefined) return undefined;
  const left = member === undefined ? group : released(group, new Map([[me.node, last.beat?.marks ?? {}]]));
  const before = left.shares === 0 ? newGroup(needs.shares, me, await needs.found()) : spread(needs, left);
  const next = nextGroup(before, { me, own: new Map() });
  if (!(await replaceGroup(agreements, next, agreed))) return undefined;
  return { group: next, heartbeat: new Heartbeat(heartbeats, name, me.session, last.version) };
};

/** Alone, a process may spread the conversations anew. */
const spread = ({ shares, log }: EntryNeeds, group: Group): Group => {
  if (group.shares === shares) return group;
  if (Object.keys(group.members).length === 0) return respread(group, shares);
  log.warn({ shares: group.shares, configured: shares }, 'routing.shares differs from what the others use');
  return group;
};

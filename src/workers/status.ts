import { type Group, heldBy } from './group.js';
import { partsIn } from './shares.js';

/** How a process shares the work, for those who watch it. */
export interface MemberStatus {
  readonly node: string;
  /** `apart`: not heard of for too long, or its name was taken; it works on nothing. */
  readonly state: 'member' | 'apart';
  readonly shares: number;
  /** How many shares each node holds; `free` are held by nobody. */
  readonly held: Readonly<Record<string, number>>;
  /** What this node works on: how many shares of the conversations, and the texts of which backends. */
  readonly own: { readonly routing: number; readonly outbound: readonly string[] };
}

export const statusIn = (group: Group, node: string, state: MemberStatus['state']): MemberStatus => {
  const held: Record<string, number> = {};
  for (const { holder = 'free' } of Object.values(group.work)) held[holder] = (held[holder] ?? 0) + 1;
  const mine = state === 'apart' ? [] : heldBy(group, node);
  const own = { routing: partsIn('routing', mine).length, outbound: partsIn('outbound', mine) };
  return { node, state, shares: group.shares, held, own };
};

import { type Group, heldBy } from './group.js';
import { namesIn } from './partitions.js';

/** How a process shares the work, for those who watch it: `/readyz` says it in these words. */
export interface MemberStatus {
  readonly node: string;
  /** `apart`: its lease has expired, or its name was taken; it works on nothing. */
  readonly state: 'member' | 'apart';
  /** Into how many partitions the conversations are spread. */
  readonly partitions: number;
  /** How many partitions each node holds; `free` are held by nobody. */
  readonly held: Readonly<Record<string, number>>;
  /** What this node works on: how many partitions of the conversations, the texts of which backends, and which webhooks. */
  readonly own: {
    readonly routing: number;
    readonly outbound: readonly string[];
    readonly webhooks: readonly string[];
  };
}

export const statusIn = (group: Group, node: string, state: MemberStatus['state']): MemberStatus => {
  const held: Record<string, number> = {};
  for (const { holder = 'free' } of Object.values(group.partitions)) held[holder] = (held[holder] ?? 0) + 1;
  const mine = state === 'apart' ? [] : heldBy(group, node);
  const own = {
    routing: namesIn('routing', mine).length,
    outbound: namesIn('outbound', mine),
    webhooks: namesIn('webhooks', mine),
  };
  return { node, state, partitions: group.partitionCount, held, own };
};

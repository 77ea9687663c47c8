import type { OpenStore } from '../store/port.js';
import { emptyGroup, heldBy } from './group.js';
import { heartbeatName, readHeartbeat } from './heartbeat.js';
import type { PartitionName } from './partitions.js';
import { readGroup } from './storedGroup.js';

/** A member of the group, as it was when it wrote its last heartbeat: some seconds ago, if it lives. */
export interface ToldByMember {
  readonly node: string;
  readonly holds: readonly PartitionName[];
  /** Undefined: its session has written none yet, has ended, or is of a version that told nothing. */
  readonly tells: object | undefined;
}

/** What the processes that share the work on a store tell of themselves. */
export const toldByMembers = async ({
  agreements,
  heartbeats,
}: Pick<OpenStore, 'agreements' | 'heartbeats'>): Promise<readonly ToldByMember[]> => {
  const { group } = (await readGroup(agreements)) ?? { group: emptyGroup };
  return Promise.all(
    Object.entries(group.members).map(async ([node, { session }]) => {
      const { beat } = await readHeartbeat(heartbeats, heartbeatName(node));
      const isCurrent = beat?.session === session && beat.ended !== true;
      return { node, holds: heldBy(group, node), tells: isCurrent ? beat.tells : undefined };
    }),
  );
};

import { earliestPosition, laterPosition } from '../store/positions.js';
import { type Checkpoint, type Group, type HeldPartition, heldBy, type Me } from './group.js';
import {
  isPartition,
  isRouting,
  type LowWaterMarks,
  type PartitionName,
  routingPartitions,
} from './partitions.js';
import { type Plan, plan } from './plan.js';

// The steps from one group to the next. Each is pure, and taken by a compare-and-swap of the group.

/** One step of mine. */
export interface Step {
  readonly me: Me;
  readonly held: ReadonlyMap<PartitionName, HeldPartition>;
}

/** A group, and who shall have its partitions. */
export interface Planned {
  readonly group: Group;
  readonly plan: Plan;
}

export const newGroup = (partitionCount: number, { takes }: Me, checkpoint: Checkpoint): Group => ({
  partitionCount,
  members: {},
  partitions: {
    ...Object.fromEntries(routingPartitions(partitionCount).map((name) => [name, checkpoint])),
    ...Object.fromEntries(takes.filter(isPartition).map((name) => [name, { clean: checkpoint.clean }])),
  },
});

/**
 * The group without members whose sessions have expired. What they held is free, as far as they have told, and nothing that
 * they had in flight has ended for sure.
 */
export const afterExpiry = (group: Group, expired: ReadonlyMap<string, LowWaterMarks>): Group => {
  if (expired.size === 0) return group;
  const partitions = Object.entries(group.partitions).map(([name, partition]) => {
    const marks = expired.get(partition.holder ?? '');
    if (marks === undefined) return [name, partition];
    const told = Object.keys(marks).find((mark) => marks[mark]?.includes(name));
    return [name, checkpointOf({ mark: laterPosition(partition.mark, told), clean: false })];
  });
  return { ...group, members: without(group.members, expired), partitions: Object.fromEntries(partitions) };
};

/**
 * The group after my step: I am a member, what is free has a holder, and what I have released and others shall have is theirs.
 * An equal one when there is nothing to do. The plan is counted once then, and once more when something has moved.
 */
export const rebalanced = (group: Group, { me, held }: Step): Planned => {
  const { node, ...member } = me;
  const members = { ...group.members, [node]: member };
  const fresh = me.takes.filter((takes) => isPartition(takes) && group.partitions[takes] === undefined);
  const partitions = {
    ...group.partitions,
    ...Object.fromEntries(fresh.map((name) => [name, { clean: true }])),
  };
  const joined = { ...group, members, partitions };
  const before = plan(joined);
  const next = handedOn(joined, before, node, held);
  return { group: next, plan: next === joined ? before : plan(next) };
};

/** The group without me: what I held is others', as it stands. */
export const afterLeaving = (group: Group, node: string, held: Step['held']): Group => {
  const members = without(group.members, new Map([[node, {}]]));
  const left = [...held].map(([name, mine]) => {
    const { clean, idle } = mine;
    return [name, { ...mine, clean: clean && idle, idle: true }] as const;
  });
  const others = { ...group, members };
  return handedOn(others, plan(others), node, new Map(left));
};

/** Assigns what is free, and what of mine is idle and shall be another's. What I do not know of I have not begun. */
const handedOn = (group: Group, targets: Plan, node: string, held: Step['held']): Group => {
  const moved = Object.entries(group.partitions).flatMap(([name, partition]) => {
    const target = targets.get(name);
    const to = target === undefined ? {} : { holder: target };
    if (partition.holder === undefined) return target === undefined ? [] : [[name, { ...partition, ...to }]];
    if (partition.holder !== node || target === node) return [];
    const mine = held.get(name) ?? { ...partition, idle: true };
    return mine.idle ? [[name, { ...checkpointOf(mine), ...to }]] : [];
  });
  if (moved.length === 0) return group;
  return { ...group, partitions: { ...group.partitions, ...Object.fromEntries(moved) } };
};

/** With another number of partitions: each begins where the last of them was. Only while nobody works on any. */
export const repartitioned = (group: Group, partitionCount: number): Group => {
  const entries = Object.entries(group.partitions);
  const mark = earliestPosition(entries.flatMap(([name, { mark }]) => (isRouting(name) ? [mark] : [])));
  const checkpoint = { clean: true, ...(mark === undefined ? {} : { mark }) };
  const others = entries.filter(([name]) => !isRouting(name));
  const routing = routingPartitions(partitionCount).map((name) => [name, checkpoint]);
  return { ...group, partitionCount, partitions: Object.fromEntries([...routing, ...others]) };
};

/** What is assigned to me and shall stay mine. */
export const keptBy = ({ group, plan: targets }: Planned, node: string): ReadonlySet<PartitionName> =>
  new Set(heldBy(group, node).filter((name) => targets.get(name) === node));

const checkpointOf = ({ mark, clean }: { mark?: string | undefined; clean: boolean }): Checkpoint => ({
  clean,
  ...(mark === undefined ? {} : { mark }),
});

const without = (members: Group['members'], gone: ReadonlyMap<string, unknown>): Group['members'] =>
  Object.fromEntries(Object.entries(members).filter(([node]) => !gone.has(node)));

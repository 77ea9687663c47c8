import type { Group, Member } from './group.js';
import { type PartitionName, roomOf } from './partitions.js';

/** Who shall have each partition; none stands here that nobody can take. */
export type Plan = ReadonlyMap<PartitionName, string>;

/**
 * Who shall have each partition. Everyone who counts on the same group comes to the same plan. Room by room: what is free goes
 * to whoever has least and can take it; then one by one from who has at least two more than another who can take it.
 */
export const plan = ({ members, partitions }: Group): Plan => {
  const targets = new Map<PartitionName, string>();
  const names = Object.keys(partitions).sort();
  for (const room of new Set(names.map(roomOf))) {
    const load = new Map(Object.keys(members).map((node) => [node, 0]));
    const inRoom = names.filter((name) => roomOf(name) === room);
    const give = (name: PartitionName, node: string) => {
      const before = targets.get(name);
      if (before !== undefined) load.set(before, (load.get(before) ?? 0) - 1);
      load.set(node, (load.get(node) ?? 0) + 1);
      targets.set(name, node);
    };
    const lightest = (name: PartitionName) => lightestOf(members, load, name);
    for (const name of inRoom) {
      const holder = partitions[name]?.holder;
      if (holder !== undefined && canTake(members[holder], name)) give(name, holder);
    }
    for (const name of inRoom) {
      const node = targets.has(name) ? undefined : lightest(name);
      if (node !== undefined) give(name, node);
    }
    while (
      inRoom.filter((name) => moveToLightest(name, targets.get(name), lightest(name), load, give)).length > 0
    );
  }
  return targets;
};

const moveToLightest = (
  name: PartitionName,
  from: string | undefined,
  to: string | undefined,
  load: ReadonlyMap<string, number>,
  give: (name: PartitionName, node: string) => void,
): boolean => {
  if (from === undefined || to === undefined) return false;
  if ((load.get(from) ?? 0) - (load.get(to) ?? 0) < 2) return false;
  give(name, to);
  return true;
};

const lightestOf = (
  members: Group['members'],
  load: ReadonlyMap<string, number>,
  name: PartitionName,
): string | undefined => {
  const able = [...load.keys()].filter((node) => canTake(members[node], name)).sort();
  const least = Math.min(...able.map((node) => load.get(node) ?? 0));
  return able.find((node) => load.get(node) === least);
};

const canTake = (member: Member | undefined, name: PartitionName): boolean =>
  member?.takes.some((one) => one === name || one === roomOf(name)) === true;

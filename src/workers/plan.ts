import type { Group, Member } from './group.js';
import { roomOf, type ShareName } from './shares.js';

/**
 * Who shall have each share. Everyone who counts on the same group comes to the same plan. Room by room: what is free goes
 * to whoever has least and can take it; then one by one from who has at least two more than another who can take it.
 */
export const plan = ({ members, work }: Group): ReadonlyMap<ShareName, string> => {
  const targets = new Map<ShareName, string>();
  const names = Object.keys(work).sort();
  for (const room of new Set(names.map(roomOf))) {
    const load = new Map(Object.keys(members).map((node) => [node, 0]));
    const shares = names.filter((share) => roomOf(share) === room);
    const give = (share: ShareName, node: string) => {
      const before = targets.get(share);
      if (before !== undefined) load.set(before, (load.get(before) ?? 0) - 1);
      load.set(node, (load.get(node) ?? 0) + 1);
      targets.set(share, node);
    };
    const lightest = (share: ShareName) => lightestOf(members, load, share);
    for (const share of shares) {
      const holder = work[share]?.holder;
      if (holder !== undefined && canTake(members[holder], share)) give(share, holder);
    }
    for (const share of shares) {
      const node = targets.has(share) ? undefined : lightest(share);
      if (node !== undefined) give(share, node);
    }
    while (
      shares.filter((share) => relieve(share, targets.get(share), lightest(share), load, give)).length > 0
    );
  }
  return targets;
};

const relieve = (
  share: ShareName,
  from: string | undefined,
  to: string | undefined,
  load: ReadonlyMap<string, number>,
  give: (share: ShareName, node: string) => void,
): boolean => {
  if (from === undefined || to === undefined) return false;
  if ((load.get(from) ?? 0) - (load.get(to) ?? 0) < 2) return false;
  give(share, to);
  return true;
};

const lightestOf = (
  members: Group['members'],
  load: ReadonlyMap<string, number>,
  share: ShareName,
): string | undefined => {
  const able = [...load.keys()].filter((node) => canTake(members[node], share)).sort();
  const least = Math.min(...able.map((node) => load.get(node) ?? 0));
  return able.find((node) => load.get(node) === least);
};

const canTake = (member: Member | undefined, share: ShareName): boolean =>
  member?.takes.some((one) => one === share || one === roomOf(share)) === true;

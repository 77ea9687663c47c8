import { earliestPosition } from '../store/positions.js';

// What the processes on one store agree on: who is there, and who works on which share. Kept as one agreement, so every step
// below is taken by one of them at a time, on what all the others took before.

/** A share of the work: `routing/<n>`, the conversations of one hash value, or `outbound/<backend>`, the texts of one backend. */
export type ShareName = string;

export interface Group {
  /** Into how many shares the conversations are spread. */
  readonly shares: number;
  /** By the name of the node. */
  readonly members: Readonly<Record<string, Member>>;
  readonly work: Readonly<Record<ShareName, Share>>;
  /** Why no one can be a member now, and the beat of who has closed it. */
  readonly closed?: { readonly why: string; readonly beat: number };
}

/** Nothing was agreed on yet. */
export const nobody: Group = { shares: 0, members: {}, work: {} };

export interface Member {
  /** Of this run of the node. */
  readonly session: string;
  /** Grows as long as it lives. No times: clocks differ. */
  readonly beat: number;
  /** After this many milliseconds without a beat the others take its shares. */
  readonly takeoverMs: number;
  /** Shares that it can take, or rooms of which it can take any. */
  readonly takes: readonly string[];
}

/** How far the work on a share is. */
export interface Standing {
  /** Up to here its messages are routed. Absent: from the beginning. */
  readonly mark?: string;
  /** Nothing was cut short by whoever worked on it last. */
  readonly clean: boolean;
}

export interface Share extends Standing {
  /** The node that works on it. Absent: it is free. */
  readonly holder?: string;
}

export interface Me {
  readonly node: string;
  readonly session: string;
  readonly takeoverMs: number;
  readonly takes: readonly string[];
}

/** What one of my shares is like for me. */
export interface Own extends Standing {
  /** I do not work on it: it may be given away. */
  readonly resting: boolean;
}

/** One step of mine. */
export interface Step {
  readonly me: Me;
  /** Nodes that have not been heard of for so long that their shares are free. */
  readonly silent: ReadonlySet<string>;
  readonly own: ReadonlyMap<ShareName, Own>;
}

export const newGroup = (shares: number, { takes }: Me, standing: Standing): Group => ({
  shares,
  members: {},
  work: {
    ...Object.fromEntries(routingShares(shares).map((share) => [share, standing])),
    ...Object.fromEntries(takes.filter(isShare).map((share) => [share, { clean: standing.clean }])),
  },
});

/** The group after my step: I have beaten, the silent are gone, I have put down what is others' and taken what is mine. */
export const nextGroup = (group: Group, { me, silent, own }: Step): Group => {
  const { node, session, takeoverMs, takes } = me;
  const beat = (group.members[node]?.beat ?? 0) + 1;
  const members = { ...without(group.members, silent), [node]: { session, beat, takeoverMs, takes } };
  const work: Record<ShareName, Share> = {};
  for (const share of takes.filter(isShare)) work[share] = { clean: true };
  for (const [share, held] of Object.entries(group.work)) work[share] = keptBy(members, held);
  const targets = plan({ ...group, members, work });
  for (const [share, held] of Object.entries(work)) {
    const mine = own.get(share);
    const { holder = targets.get(share) } = held;
    if (holder !== node) continue;
    if (mine === undefined) work[share] = { ...held, holder, clean: false };
    else if (mine.resting && targets.get(share) !== node) work[share] = standingOf(mine);
    else work[share] = { ...standingOf(mine), holder, clean: false };
  }
  return { ...group, members, work };
};

/** The group without me: what I held is free, as it stands. */
export const groupWithout = (group: Group, node: string, own: Step['own']): Group => {
  const members = without(group.members, new Set([node]));
  const work = Object.entries(group.work).map(([share, held]) => {
    const mine = own.get(share);
    if (held.holder !== node) return [share, held];
    if (mine === undefined) return [share, keptBy(members, held)];
    return [share, standingOf({ ...mine, clean: mine.clean && mine.resting })];
  });
  return { ...group, members, work: Object.fromEntries(work) };
};

/** With another number of shares: each begins where the last of them was. Only while nobody works on any. */
export const respread = (group: Group, shares: number): Group => {
  const entries = Object.entries(group.work);
  const mark = earliestPosition(entries.flatMap(([share, { mark }]) => (isRouting(share) ? [mark] : [])));
  const standing = { clean: true, ...(mark === undefined ? {} : { mark }) };
  const others = entries.filter(([share]) => !isRouting(share));
  const routing = routingShares(shares).map((share) => [share, standing]);
  return { ...group, shares, work: Object.fromEntries([...routing, ...others]) };
};

/** What I hold and shall go on with. */
export const keptOf = (group: Group, node: string): ReadonlySet<ShareName> => {
  const targets = plan(group);
  return new Set(heldBy(group, node).filter((share) => targets.get(share) === node));
};

export const heldBy = ({ work }: Group, node: string): readonly ShareName[] =>
  Object.keys(work).filter((share) => work[share]?.holder === node);

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

const keptBy = (members: Group['members'], { holder, ...standing }: Share): Share =>
  holder === undefined || members[holder] === undefined ? standing : { ...standing, holder };

const standingOf = ({ mark, clean }: Standing): Standing => ({
  clean,
  ...(mark === undefined ? {} : { mark }),
});

const without = (members: Group['members'], gone: ReadonlySet<string>): Group['members'] =>
  Object.fromEntries(Object.entries(members).filter(([node]) => !gone.has(node)));

/** Of these shares those of one room, by what stands behind its name. */
export const partsIn = (room: string, shares: readonly ShareName[]): string[] =>
  shares.filter((share) => roomOf(share) === room).map((share) => share.slice(room.length + 1));

export const roomOf = (share: ShareName): string => share.replace(/\/.*/, '');
const isShare = (takes: string): boolean => takes.includes('/');
const isRouting = (share: ShareName): boolean => roomOf(share) === 'routing';
const routingShares = (shares: number): ShareName[] =>
  Array.from({ length: shares }, (_, n) => `routing/${n}`);

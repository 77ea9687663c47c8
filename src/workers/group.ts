import { earliestPosition, laterPosition } from '../store/positions.js';
import type { Marks } from './heartbeat.js';
import { plan } from './plan.js';
import { isRouting, isShare, routingShares, type ShareName } from './shares.js';

// What the processes on one store agree on: who is there, and who works on which share. Kept as one agreement, so every step
// below is taken by one of them at a time, on what all the others took before. That they live they tell elsewhere, by
// heartbeats: this changes only when something happens.

export interface Group {
  /** Into how many shares the conversations are spread. */
  readonly shares: number;
  /** By the name of the node. */
  readonly members: Readonly<Record<string, Member>>;
  readonly work: Readonly<Record<ShareName, Share>>;
  /** Why no one can be a member now, and who has closed it. */
  readonly closed?: Closed;
}

/** Nothing was agreed on yet. */
export const nobody: Group = { shares: 0, members: {}, work: {} };

export interface Closed {
  readonly why: string;
  /** Of who has closed it, and how long it may be silent: as of members. */
  readonly session: string;
  readonly takeoverMs: number;
}

export interface Member {
  /** Of one life of the node: who was taken for dead begins another. */
  readonly session: string;
  /** After this many milliseconds without a heartbeat the others take its shares. */
  readonly takeoverMs: number;
  /** Shares that it can take, or rooms of which it can take any. */
  readonly takes: readonly string[];
}

/** How far the work on a share is; of one that is held, how far it was when its holder got it. */
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

/**
 * The group without members that work no more. What they held is free, as far as they have told, and nothing that they had
 * under way has ended for sure.
 */
export const released = (group: Group, gone: ReadonlyMap<string, Marks>): Group => {
  if (gone.size === 0) return group;
  const work = Object.entries(group.work).map(([share, held]) => {
    const marks = gone.get(held.holder ?? '');
    if (marks === undefined) return [share, held];
    const told = Object.keys(marks).find((mark) => marks[mark]?.includes(share));
    return [share, standingOf({ mark: laterPosition(held.mark, told), clean: false })];
  });
  return { ...group, members: without(group.members, gone), work: Object.fromEntries(work) };
};

/**
 * The group after my step: I am a member, what is free has a holder, and what I have put down and others shall have is theirs.
 * The same group when there is nothing to do.
 */
export const nextGroup = (group: Group, { me, own }: Step): Group => {
  const { node, ...member } = me;
  const members = { ...group.members, [node]: member };
  const fresh = me.takes.filter((takes) => isShare(takes) && group.work[takes] === undefined);
  const work = { ...group.work, ...Object.fromEntries(fresh.map((share) => [share, { clean: true }])) };
  return given({ ...group, members, work }, node, own);
};

/** The group without me: what I held is others', as it stands. */
export const groupWithout = (group: Group, node: string, own: Step['own']): Group => {
  const members = without(group.members, new Map([[node, {}]]));
  const left = [...own].map(([share, mine]) => {
    const { clean, resting } = mine;
    return [share, { ...mine, clean: clean && resting, resting: true }] as const;
  });
  return given({ ...group, members }, node, new Map(left));
};

/** Gives to others what is free, and what I have at rest and shall not go on with. What I do not know of I have not begun. */
const given = (group: Group, node: string, own: Step['own']): Group => {
  const targets = plan(group);
  const work = Object.entries(group.work).map(([share, held]) => {
    const target = targets.get(share);
    const to = target === undefined ? {} : { holder: target };
    if (held.holder === undefined) return [share, { ...held, ...to }];
    if (held.holder !== node || target === node) return [share, held];
    const mine = own.get(share) ?? { ...held, resting: true };
    return [share, mine.resting ? { ...standingOf(mine), ...to } : held];
  });
  return { ...group, work: Object.fromEntries(work) };
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

const standingOf = ({ mark, clean }: { mark?: string | undefined; clean: boolean }): Standing => ({
  clean,
  ...(mark === undefined ? {} : { mark }),
});

const without = (members: Group['members'], gone: ReadonlyMap<string, unknown>): Group['members'] =>
  Object.fromEntries(Object.entries(members).filter(([node]) => !gone.has(node)));

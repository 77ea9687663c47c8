import type { Agreements } from '../store/port.js';
import { type Agreed, readGroup } from './agreed.js';
import { nobody } from './group.js';
import { endHeartbeat, type Heard, hear, heartbeatOf, lifeIn, type Marks } from './heartbeat.js';

/** Processes that share the work on the store are alive, or one that has closed it. */
export class GroupInUse extends Error {
  override readonly name = 'GroupInUse';
  readonly code = 'group-in-use';

  /** @param nodes - none: it is the one that has closed the store */
  constructor(readonly nodes: readonly string[]) {
    super(
      nodes.length === 0
        ? 'The store is being worked on.'
        : `Routers work on this store: ${nodes.join(', ')}.`,
    );
  }
}

/** Whose heartbeats are listened to. */
interface Party {
  /** Absent: it has closed the group. */
  readonly node?: string;
  readonly name: string;
  readonly session: string;
  readonly takeoverMs: number;
  readonly heard: Heard;
  /** Undefined: it was ended. */
  readonly life: string | undefined;
}

interface Texts {
  readonly agreements: Agreements;
  readonly heartbeats: Agreements;
}

/** How things are at one moment. */
export interface Scene {
  readonly agreed: Agreed | undefined;
  readonly parties: readonly Party[];
}

/** The heartbeat's name of who has closed the group. */
export const closing = 'closing';

export const look = async ({ agreements, heartbeats }: Texts): Promise<Scene> => {
  const agreed = await readGroup(agreements);
  const { members, closed } = agreed?.group ?? nobody;
  const present = [
    ...Object.entries(members).map(([node, member]) => ({ ...member, node, name: heartbeatOf(node) })),
    ...(closed === undefined ? [] : [{ ...closed, name: closing }]),
  ];
  const parties = await Promise.all(
    present.map(async (party) => {
      const heard = await hear(heartbeats, party.name);
      return { ...party, heard, life: lifeIn(party, heard) };
    }),
  );
  return { agreed, parties };
};

/**
 * Sees to it that nobody comes back to life.
 *
 * @returns how far the members were, by the names of their nodes
 * @throws {GroupInUse} when there is a sign of life that was not there before
 */
export const endSilent = async (
  { heartbeats }: Texts,
  before: Scene,
  parties: readonly Party[],
): Promise<ReadonlyMap<string, Marks>> => {
  const heardBefore = new Set(before.parties.map(({ name, life }) => `${name} ${life}`));
  const alive = parties.filter(({ name, life }) => life !== undefined && !heardBefore.has(`${name} ${life}`));
  if (alive.length > 0) throw new GroupInUse(nodesOf(alive));
  const marks = new Map<string, Marks>();
  for (const party of parties) {
    const { name, node, session, life, heard } = party;
    const ended = life === undefined ? heard : await endHeartbeat(heartbeats, name, session, heard);
    if (ended === undefined) throw new GroupInUse(nodesOf([party]));
    if (node !== undefined) marks.set(node, ended.beat?.marks ?? {});
  }
  return marks;
};

const nodesOf = (parties: readonly Party[]): string[] => parties.flatMap(({ node }) => node ?? []);

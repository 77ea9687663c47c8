import type { Agreements } from '../store/port.js';
import { emptyGroup } from './group.js';
import { endSession, heartbeatName, readHeartbeat, type StoredHeartbeat, signOfLifeIn } from './heartbeat.js';
import type { LowWaterMarks } from './partitions.js';
import { readGroup, type VersionedGroup } from './storedGroup.js';

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
interface Participant {
  /** Absent: it has closed the group. */
  readonly node?: string;
  readonly name: string;
  readonly session: string;
  readonly takeoverMs: number;
  readonly heard: StoredHeartbeat;
  /** Undefined: its session was ended. */
  readonly signOfLife: string | undefined;
}

interface Texts {
  readonly agreements: Agreements;
  readonly heartbeats: Agreements;
}

/** How things are at one moment. */
export interface Observation {
  readonly agreed: VersionedGroup | undefined;
  readonly participants: readonly Participant[];
}

/** The heartbeat's name of who has closed the group. */
export const closing = 'closing';

export const observe = async ({ agreements, heartbeats }: Texts): Promise<Observation> => {
  const agreed = await readGroup(agreements);
  const { members, closed } = agreed?.group ?? emptyGroup;
  const present = [
    ...Object.entries(members).map(([node, member]) => ({ ...member, node, name: heartbeatName(node) })),
    ...(closed === undefined ? [] : [{ ...closed, name: closing }]),
  ];
  const participants = await Promise.all(
    present.map(async (participant) => {
      const heard = await readHeartbeat(heartbeats, participant.name);
      return { ...participant, heard, signOfLife: signOfLifeIn(participant, heard) };
    }),
  );
  return { agreed, participants };
};

/**
 * Ends the sessions of all that were silent: none of them comes back to life.
 *
 * @returns how far the members were, by the names of their nodes
 * @throws {GroupInUse} when there is a sign of life that was not there before
 */
export const expireSilent = async (
  { heartbeats }: Texts,
  before: Observation,
  participants: readonly Participant[],
): Promise<ReadonlyMap<string, LowWaterMarks>> => {
  const heardBefore = new Set(before.participants.map(({ name, signOfLife }) => `${name} ${signOfLife}`));
  const alive = participants.filter(
    ({ name, signOfLife }) => signOfLife !== undefined && !heardBefore.has(`${name} ${signOfLife}`),
  );
  if (alive.length > 0) throw new GroupInUse(nodesOf(alive));
  const marks = new Map<string, LowWaterMarks>();
  for (const participant of participants) {
    const { name, node, session, signOfLife, heard } = participant;
    const ended = signOfLife === undefined ? heard : await endSession(heartbeats, name, session, heard);
    if (ended === undefined) throw new GroupInUse(nodesOf([participant]));
    if (node !== undefined) marks.set(node, ended.beat?.marks ?? {});
  }
  return marks;
};

const nodesOf = (participants: readonly Participant[]): string[] =>
  participants.flatMap(({ node }) => node ?? []);

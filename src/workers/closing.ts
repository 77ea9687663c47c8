import type { Clock } from '../domain/clock.js';
import type { Agreements } from '../store/port.js';
import { type Agreed, readGroup, replaceGroup } from './agreed.js';
import { nobody } from './group.js';
import { lifeOf, listenBeats } from './name.js';

/** Something else works on the store meanwhile, or was cut off in it: no process may share its work now. */
export class GroupClosed extends Error {
  override readonly name = 'GroupClosed';
  readonly code = 'group-closed';
}

/** Processes that share the work on the store are alive. */
export class GroupInUse extends Error {
  override readonly name = 'GroupInUse';
  readonly code = 'group-in-use';

  constructor(readonly nodes: readonly string[]) {
    super(`Routers work on this store: ${nodes.join(', ')}.`);
  }
}

export interface ClosingNeeds {
  readonly agreements: Agreements;
  readonly beatMs: number;
  readonly clock: Clock;
  /** Something else sees to it that no process is alive. */
  readonly nobodyLives: boolean;
}

/**
 * Closes the group: from now on nobody can join, until it is opened. Takes some beats when there are members, to hear
 * whether they are alive.
 *
 * @param why - what a process is told that wants to join
 * @returns false when it was closed already
 * @throws {GroupInUse}
 */
export const closeGroup = async (
  { agreements, beatMs, clock, nobodyLives }: ClosingNeeds,
  why: string,
): Promise<boolean> => {
  const heard = await readGroup(agreements);
  if (!nobodyLives && nodesOf(heard).length > 0) await clock.sleep(listenBeats * beatMs);
  for (;;) {
    const agreed = await readGroup(agreements);
    const alive = nodesOf(agreed).filter((node) => lifeOf(agreed, node) !== lifeOf(heard, node));
    if (alive.length > 0) throw new GroupInUse(alive);
    const group = { ...(agreed?.group ?? nobody), members: {}, closed: why };
    if (await replaceGroup(agreements, group, agreed)) return agreed?.group.closed === undefined;
  }
};

/** Lets processes join again. @returns false when it was open */
export const openGroup = async (agreements: Agreements): Promise<boolean> => {
  for (;;) {
    const agreed = await readGroup(agreements);
    if (agreed?.group.closed === undefined) return false;
    const { closed: _, ...group } = agreed.group;
    if (await replaceGroup(agreements, group, agreed)) return true;
  }
};

const nodesOf = (agreed: Agreed | undefined): string[] => Object.keys(agreed?.group.members ?? {});

import type { Clock } from '../domain/clock.js';
import type { Agreements } from '../store/port.js';
import { type Agreed, readGroup, replaceGroup } from './agreed.js';
import { type Group, nobody } from './group.js';
import { lifeOf, listenBeats } from './name.js';

/** Something else works on the store meanwhile, or was cut off in it: no process may share its work now. */
export class GroupClosed extends Error {
  override readonly name = 'GroupClosed';
  readonly code = 'group-closed';
}

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

export interface ClosingNeeds {
  readonly agreements: Agreements;
  readonly beatMs: number;
  readonly clock: Clock;
  /** Something else sees to it that no process is alive. */
  readonly nobodyLives: boolean;
}

/** A group that is closed by this process, which tells that it lives until it opens or leaves it. */
export interface Closing {
  /** False: it was left closed by another. */
  readonly wasOpen: boolean;
  open(): Promise<void>;
  /** It stays closed. */
  leave(): Promise<void>;
}

/**
 * Closes the group: from now on nobody can join, until it is opened. Takes some beats when there were members, or it was
 * closed already, to hear whether they are alive.
 *
 * @param why - what a process is told that wants to join
 * @throws {GroupInUse}
 */
export const closeGroup = async (needs: ClosingNeeds, why: string): Promise<Closing> => {
  const { agreements } = needs;
  const heard = await listen(needs);
  for (;;) {
    const agreed = await readGroup(agreements);
    checkSilent(heard, agreed);
    const { members: _, ...group } = agreed?.group ?? nobody;
    const closed = { why, beat: beatOf(agreed) + 1 };
    if (!(await replaceGroup(agreements, { ...group, members: {}, closed }, agreed))) continue;
    const stop = new AbortController();
    const beating = keepBeating(needs, stop.signal);
    const leave = () => {
      stop.abort();
      return beating;
    };
    const open = () =>
      leave()
        .then(() => replaceClosed(agreements, opened))
        .then(() => undefined);
    return { wasOpen: agreed?.group.closed === undefined, open, leave };
  }
};

/**
 * Opens a group that was left closed.
 *
 * @returns false when it was open
 * @throws {GroupInUse} when who has closed it is alive
 */
export const openGroup = async (needs: ClosingNeeds): Promise<boolean> => {
  const heard = await listen(needs);
  checkSilent(heard, await readGroup(needs.agreements));
  return replaceClosed(needs.agreements, opened);
};

/** How things stood some beats ago. */
const listen = async ({
  agreements,
  nobodyLives,
  clock,
  beatMs,
}: ClosingNeeds): Promise<Agreed | undefined> => {
  const heard = await readGroup(agreements);
  const isQuiet = nodesOf(heard).length === 0 && heard?.group.closed === undefined;
  if (!nobodyLives && !isQuiet) await clock.sleep(listenBeats * beatMs);
  return heard;
};

const checkSilent = (heard: Agreed | undefined, agreed: Agreed | undefined): void => {
  const alive = nodesOf(agreed).filter((node) => lifeOf(agreed, node) !== lifeOf(heard, node));
  if (alive.length > 0) throw new GroupInUse(alive);
  if (beatOf(agreed) !== beatOf(heard)) throw new GroupInUse([]);
};

const keepBeating = async ({ agreements, clock, beatMs }: ClosingNeeds, stop: AbortSignal): Promise<void> => {
  while (!stop.aborted) {
    await clock.sleep(beatMs, stop);
    if (stop.aborted) return;
    // A store that is away hears nothing, and lets no one else in either.
    await replaceClosed(agreements, beaten).catch(() => false);
  }
};

const opened = (closed: Group): Group => {
  const { closed: _, ...group } = closed;
  return group;
};
const beaten = ({ closed, ...group }: Group): Group =>
  closed === undefined ? group : { ...group, closed: { ...closed, beat: closed.beat + 1 } };

/** @returns false when it is open */
const replaceClosed = async (agreements: Agreements, change: (group: Group) => Group): Promise<boolean> => {
  for (;;) {
    const agreed = await readGroup(agreements);
    if (agreed?.group.closed === undefined) return false;
    if (await replaceGroup(agreements, change(agreed.group), agreed)) return true;
  }
};

const nodesOf = (agreed: Agreed | undefined): string[] => Object.keys(agreed?.group.members ?? {});
const beatOf = (agreed: Agreed | undefined): number => agreed?.group.closed?.beat ?? 0;

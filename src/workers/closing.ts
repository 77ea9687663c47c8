import type { Clock, NewId } from '../domain/clock.js';
import type { Agreements } from '../store/port.js';
import { type Closed, emptyGroup, type Group } from './group.js';
import { Heartbeat, readHeartbeat } from './heartbeat.js';
import { closing, expireSilent, type Observation, observe } from './participants.js';
import { afterExpiry } from './rebalance.js';
import { heartbeatAfter, pollMsOf, releaseAfter, type WorkerSettings } from './settings.js';
import { readGroup, replaceGroup } from './storedGroup.js';

/** Something else works on the store meanwhile, or was cut off in it: no process may share its work now. */
export class GroupClosed extends Error {
  override readonly name = 'GroupClosed';
  readonly code = 'group-closed';
}

export interface ClosingNeeds {
  readonly agreements: Agreements;
  readonly heartbeats: Agreements;
  readonly settings: WorkerSettings;
  readonly clock: Clock;
  readonly newId: NewId;
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
 * Closes the group: from now on nobody can join, until it is opened. Takes a part of the takeover time when there were members,
 * or it was closed already, to hear whether they are alive.
 *
 * @param why - what a process is told that wants to join
 * @throws {GroupInUse}
 */
export const closeGroup = async (needs: ClosingNeeds, why: string): Promise<Closing> => {
  const { agreements, heartbeats } = needs;
  const before = await listen(needs);
  for (;;) {
    const { agreed, participants } = await observe(needs);
    const marks = await expireSilent(needs, before, participants);
    const { closed: wasClosed, ...group } = afterExpiry(agreed?.group ?? emptyGroup, marks);
    const closed: Closed = { why, session: needs.newId(), takeoverMs: needs.settings.takeoverMs };
    const { version } = await readHeartbeat(heartbeats, closing);
    if (!(await replaceGroup(agreements, { ...group, members: {}, closed }, agreed))) continue;
    const heartbeat = new Heartbeat(heartbeats, closing, closed.session, version);
    const stop = new AbortController();
    const beating = keepBeating(needs, heartbeat, stop.signal);
    const leave = async () => {
      stop.abort();
      await beating;
      // Who comes next need not listen whether it is alive.
      await heartbeat.end().catch(() => undefined);
    };
    const open = async () => {
      await leave();
      await openClosed(agreements, closed.session);
    };
    return { wasOpen: wasClosed === undefined, open, leave };
  }
};

/**
 * Opens a group that was left closed.
 *
 * @returns false when it was open
 * @throws {GroupInUse} when who has closed it is alive
 */
export const openGroup = async (needs: ClosingNeeds): Promise<boolean> => {
  const before = await listen(needs);
  const { agreed, participants } = await observe(needs);
  await expireSilent(needs, before, participants);
  const session = agreed?.group.closed?.session;
  return session !== undefined && (await openClosed(needs.agreements, session));
};

/** How things were so long ago that the lease of who has not been heard of since has expired. */
const listen = async (needs: ClosingNeeds): Promise<Observation> => {
  const observation = await observe(needs);
  const patience = observation.participants.flatMap(({ signOfLife, takeoverMs }) =>
    signOfLife === undefined ? [] : takeoverMs,
  );
  if (!needs.nobodyLives && patience.length > 0)
    await needs.clock.sleep(Math.max(...patience) * releaseAfter);
  return observation;
};

const keepBeating = async (
  { clock, settings }: ClosingNeeds,
  heartbeat: Heartbeat,
  stop: AbortSignal,
): Promise<void> => {
  for (let goesOn = true; goesOn && !stop.aborted; ) {
    try {
      goesOn = await heartbeat.beat();
      await clock.sleep(settings.takeoverMs * heartbeatAfter, stop);
    } catch {
      // A store that is away hears nothing, and lets no one else in either.
      await clock.sleep(pollMsOf(settings), stop);
    }
  }
};

/** @returns false when it is open, or closed by another by now */
const openClosed = async (agreements: Agreements, session: string): Promise<boolean> => {
  for (;;) {
    const agreed = await readGroup(agreements);
    if (agreed?.group.closed?.session !== session) return false;
    const { closed: _, ...group }: Group = agreed.group;
    if (await replaceGroup(agreements, group, agreed)) return true;
  }
};

import { type Clock, isoTime } from '../domain/clock.js';
import type { Outbound } from '../outbound/outbound.js';
import type { Routing } from '../routing/routing.js';
import type { OpenStore } from '../store/port.js';
import type { Health } from '../web/health.js';
import type { Member } from '../workers/member.js';

/**
 * Ready: the store takes writes and what waited at the start is taken up. A gateway that is down is told but does not
 * make the router unready: it goes on taking messages.
 */
export const healthOf = (
  store: OpenStore,
  routing: Routing,
  outbound: Outbound,
  member: Member,
  clock: Clock,
): Health => ({
  readiness: async () => {
    const storeWritable = await isWritable(store, clock);
    const lanes = outbound.status();
    const work = member.status;
    const runs = work.state === 'member' && lanes.every(({ state }) => state !== 'stopped');
    return {
      ready: storeWritable && routing.ready && runs,
      store: storeWritable,
      routing: routing.ready,
      lanes,
      work,
    };
  },
});

const isWritable = async ({ checkpoints }: OpenStore, clock: Clock): Promise<boolean> => {
  try {
    await checkpoints.save('readyz', isoTime(clock.now()));
    return true;
  } catch {
    return false;
  }
};

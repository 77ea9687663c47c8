import { type Clock, isoTime } from '../domain/clock.js';
import type { Outbound } from '../outbound/outbound.js';
import type { Routing } from '../routing/routing.js';
import type { OpenStore } from '../store/port.js';
import type { Health } from '../web/health.js';

/**
 * Ready: the store takes writes and what waited at the start is taken up. A gateway that is down is told but does not
 * make the router unready: it goes on taking messages.
 */
export const healthOf = (
  store: OpenStore,
  routing: Routing,
  outbound: Outbound,
  roles: { readonly routing: boolean; readonly outbound: boolean },
  clock: Clock,
): Health => ({
  readiness: async () => {
    const storeWritable = await isWritable(store, clock);
    const lanes = roles.outbound ? outbound.status() : [];
    const routes = !roles.routing || routing.ready;
    const ready = storeWritable && routes && lanes.every(({ state }) => state !== 'stopped');
    return { ready, store: storeWritable, routing: routes, lanes };
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

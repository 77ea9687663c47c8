import type { Outbound } from '../../outbound/outbound.js';
import type { Projections } from '../../projections/process/projections.js';
import type { ProjectionStatus } from '../../projections/statesFile.js';
import type { Routing } from '../../routing/routing.js';
import type { OpenStore } from '../../store/port.js';
import type { Health } from '../../web/health.js';
import type { Webhooks } from '../../webhooks/webhooks.js';
import type { Member } from '../../workers/member.js';

/** Of the takeover time: a heartbeat comes each third of it, and one that fails is tried again soon. */
const silentAtMost = 1 / 2;

/**
 * Ready: the store takes writes and refuses nothing, and what waited at the start is taken up. A gateway that is down is told but
 * does not make the router unready: it goes on taking messages. So is a webhook that fails, and a projection that was stopped: what
 * reads it is out of date.
 */
export const healthOf = (
  store: Pick<OpenStore, 'refusals'>,
  routing: Routing,
  outbound: Outbound,
  webhooks: Webhooks,
  member: Member,
  projections: Projections,
  takeoverMs: number,
): Health => ({
  readiness: async () => {
    const refused = store.refusals ?? [];
    const storeWorks = refused.length === 0 && member.silentMs <= takeoverMs * silentAtMost;
    const lanes = outbound.status();
    const work = member.status;
    const runs = work.state === 'member' && lanes.every(({ state }) => state !== 'stopped');
    return {
      ready: storeWorks && routing.ready && runs,
      store: storeWorks,
      ...(refused.length === 0 ? {} : { refused }),
      routing: routing.ready,
      lanes,
      webhooks: webhooks.status(),
      work,
      projections: projections.statuses().map(briefly),
    };
  },
});

/** What readers get is told where it is not all that there is. */
const briefly = ({ name, phase, fault, serves }: ProjectionStatus) => ({
  name,
  phase,
  ...(serves === 'complete' ? {} : { serves }),
  ...(fault === undefined ? {} : { fault }),
});

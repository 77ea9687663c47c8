import type { ToldLane } from '../../outbound/backendStatus.js';
import type { LaneReport } from '../../outbound/outbound.js';
import type { OpenStore } from '../../store/port.js';
import { outboundPartition } from '../../workers/partitions.js';
import { toldByMembers } from '../../workers/told.js';

/** What a process tells of its lanes with each heartbeat. */
interface LanesTold {
  readonly lanes?: readonly LaneReport[];
}

export const tellLanes = (lanes: readonly LaneReport[]): LanesTold => ({ lanes });

/** The lanes of all processes on a store, each as its holder told it last. */
export const lanesTold = async (
  store: Pick<OpenStore, 'agreements' | 'heartbeats'>,
): Promise<readonly ToldLane[]> =>
  (await toldByMembers(store)).flatMap(({ node, holds, tells }) =>
    ((tells as LanesTold | undefined)?.lanes ?? [])
      .filter(({ backend }) => holds.includes(outboundPartition(backend)))
      .map((lane) => ({ node, lane })),
  );

/** The same, with those of this process as they are now. */
export const lanesNow = async (
  store: Pick<OpenStore, 'agreements' | 'heartbeats'>,
  node: string,
  own: readonly LaneReport[],
): Promise<readonly ToldLane[]> => [
  ...(await lanesTold(store)).filter((told) => told.node !== node),
  ...own.map((lane) => ({ node, lane })),
];

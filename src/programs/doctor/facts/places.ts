import { checkpointName } from '../../../outbound/laneCheckpoints.js';
import type { OpenStore } from '../../../store/port.js';
import { earliestPosition } from '../../../store/positions.js';
import type { Processes } from './group.js';

/** How far the readers of a store have got. */
export interface Places {
  /** Of each partition of the conversations: its messages are routed up to there. */
  readonly routing: readonly (string | undefined)[];
  /** Of each backend: its texts are done up to there. */
  readonly lanes: ReadonlyMap<string, string | undefined>;
}

/** @param backends - those that have texts, as far as is known */
export const placesIn = async (
  { checkpoints }: OpenStore,
  { upToDate }: Processes,
  backends: Iterable<string>,
): Promise<Places> => {
  const lanes = new Map<string, string | undefined>();
  for (const backend of backends) lanes.set(backend, await checkpoints.load(checkpointName(backend)));
  const parts = Object.entries(upToDate.partitions).filter(([name]) => name.startsWith('routing/'));
  const routing = parts.length > 0 ? parts.map(([, { mark }]) => mark) : [await checkpoints.load('routing')];
  return { routing, lanes };
};

/** Before it everything is done. */
export const earliestIn = ({ routing, lanes }: Places): string | undefined =>
  earliestPosition([...routing, ...lanes.values()]);

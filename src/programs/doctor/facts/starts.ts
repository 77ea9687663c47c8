import type { RouterStarted } from '../../../domain/events.js';
import type { OpenStore } from '../../../store/port.js';
import { routerStream } from '../../../workers/node.js';

export type Start = RouterStarted['data'];

/** A process writes so many events to its stream between two starts, and a few more. */
const lookBack = 10;

/** With which code and configuration each of these was started last. */
export const lastStarts = async (
  store: Pick<OpenStore, 'readStream'>,
  nodes: Iterable<string>,
): Promise<ReadonlyMap<string, Start>> => {
  const starts = new Map<string, Start>();
  for (const node of nodes) {
    for await (const { type, data } of store.readStream(routerStream(node), {
      direction: 'backwards',
      maxCount: lookBack,
    })) {
      if (type !== 'RouterStarted') continue;
      starts.set(node, data as Start);
      break;
    }
  }
  return starts;
};

import { faultsIn } from '../../../projections/faultsIn.js';
import type { ProjectionFile } from '../../../projections/files.js';
import { Sandbox } from '../../../projections/sandbox.js';
import type { Selection } from '../../../projections/selection.js';
import type { StatesFile } from '../../../projections/statesFile.js';
import type { OpenStore } from '../../../store/port.js';

/** Of a projection for which there are events that it has not folded. */
export interface Behind {
  /** Where it stands. */
  readonly position: string | undefined;
  /** When the first of them was stored: ISO, UTC. */
  readonly since: string;
}

/** Of those that name streams so many events of others are passed over. */
const mostEvents = 10_000;

/** Which are behind, by their names: each by the events that it asks for, so that others do not count. */
export const behindIn = async (
  store: OpenStore,
  states: StatesFile,
  files: readonly ProjectionFile[],
): Promise<ReadonlyMap<string, Behind>> => {
  const behind = new Map<string, Behind>();
  for (const file of files) {
    const status = states.status(file.name);
    // One whose file was changed is made anew.
    if (status?.hash !== file.hash || faultsIn(file).length > 0) continue;
    const position = states.mark(file.name)?.position;
    const since = await firstAfter(store, new Sandbox(file).selection, position);
    if (since !== undefined) behind.set(file.name, { position, since });
  }
  return behind;
};

const firstAfter = async (
  store: OpenStore,
  { filter, streams }: Selection,
  position: string | undefined,
): Promise<string | undefined> => {
  if (position !== undefined && !store.isPosition(position)) return undefined;
  const from = position === undefined ? {} : { from: position };
  const maxCount = streams === undefined ? 2 : mostEvents;
  for await (const event of store.readAll({ ...from, filter, maxCount }))
    if (event.position !== position && streams?.has(event.stream) !== false) return event.recordedAt;
  return undefined;
};

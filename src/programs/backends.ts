import { v7 } from 'uuid';
import { lanesTold } from '../main/adapters/lanes.js';
import { systemClock } from '../main/clock.js';
import type { Config } from '../main/config/config.js';
import type { ConfigSources } from '../main/config/load.js';
import { configuredLanes } from '../main/configuredLanes.js';
import { openStore } from '../main/dataFolder.js';
import type { Waiting } from '../outbound/backendStatus.js';
import { Backends } from '../outbound/backends.js';
import { createPauses } from '../outbound/pauses.js';
import type { OpenStore } from '../store/port.js';
import { processesOn } from './doctor/facts/group.js';
import { openWorkIn } from './doctor/facts/openWork.js';
import { earliestIn, placesIn } from './doctor/facts/places.js';
import { existingStore } from './lastingStore.js';
import { commandLog } from './log.js';
import { openToRead } from './openToRead.js';

/**
 * The backends of the configured store, beside a router that may be running.
 *
 * @param how - `read`: nothing is written, so that it works where nothing can be
 * @throws {ConfigError}
 */
export const openBackends = async (
  how: 'read' | 'write',
  sources: ConfigSources = {},
): Promise<{ readonly backends: Backends; close(): Promise<void> }> => {
  const config = existingStore(sources);
  const store = how === 'read' ? await openToRead(config) : await openStore(config, commandLog);
  const processes = once(() => processesOn(store, { config, clock: systemClock }));
  const backends = new Backends({
    store,
    configured: configuredLanes(config),
    pauses: createPauses(store, systemClock, () => v7()),
    isPatient: true,
    // One that died has told how it was then.
    lanes: async () => {
      const { alive } = await processes();
      return (await lanesTold(store)).filter(({ node }) => alive.has(node));
    },
    waiting: async () => waitingIn(store, config, await processes()),
  });
  return { backends, close: () => store.close() };
};

const once = <T>(ask: () => Promise<T>): (() => Promise<T>) => {
  let asked: Promise<T> | undefined;
  return () => {
    asked ??= ask();
    return asked;
  };
};

/** Counted in the events, from where everything before is done. */
const waitingIn = async (
  store: OpenStore,
  { backends, eventStore }: Config,
  processes: Awaited<ReturnType<typeof processesOn>>,
): Promise<ReadonlyMap<string, Waiting>> => {
  const names = backends.map(({ name }) => name);
  const from = earliestIn(await placesIn(store, processes, names));
  const { texts, isWhole } = await openWorkIn(
    store,
    eventStore.engine === 'eventstoredb' ? 'server' : 'file',
    from !== undefined && store.isPosition(from) ? from : undefined,
  );
  return new Map(
    names.map((name) => {
      const open = texts.get(name);
      const oldest = open === undefined ? {} : { oldest: open.since };
      return [name, { waiting: open?.count ?? 0, isMore: !isWhole, ...oldest }];
    }),
  );
};

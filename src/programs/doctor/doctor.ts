import { publicUrlOf } from '../../main/addresses.js';
import { systemClock } from '../../main/clock.js';
import type { Config, ConfiguredBackend } from '../../main/config/config.js';
import type { ConfigSources } from '../../main/config/load.js';
import { address } from './checks/address.js';
import { failing, loaded } from './checks/apps.js';
import { history, lane, reportAddress, texts } from './checks/backend.js';
import { storeClock } from './checks/clocks.js';
import { configuration } from './checks/configuration.js';
import { moved, space } from './checks/dataFolder.js';
import { rights } from './checks/folderRights.js';
import { answers, gatewayView } from './checks/gateway.js';
import { locks } from './checks/locks.js';
import { letters, refused, waiting } from './checks/messages.js';
import { newerEvents } from './checks/newerEvents.js';
import { processes } from './checks/processes.js';
import { projectionFiles } from './checks/projectionFiles.js';
import { ownProjections } from './checks/projections.js';
import { readiness } from './checks/router.js';
import { driver, runtime } from './checks/runtime.js';
import { sameEverywhere } from './checks/sameEverywhere.js';
import { secret } from './checks/secret.js';
import { serverProjections } from './checks/serverProjections.js';
import { last, reachable, whole } from './checks/store.js';
import { storeRights } from './checks/storeRights.js';
import { storeWritable } from './checks/storeWritable.js';
import { webhooks } from './checks/webhooks.js';
import { wentBack } from './checks/wentBack.js';
import { type Check, type Examined, examine, type Group } from './examine.js';
import { thisMachine } from './facts/machine.js';
import { Installation, type InstallationNeeds } from './installation.js';

const groupsFor = ({ config }: Installation): readonly Group[] => [
  { name: 'configuration', checks: [configuration] },
  { name: 'machine', checks: [runtime, driver] },
  { name: 'data folder', checks: [rights, space, locks, moved, secret] },
  {
    name: 'store',
    checks: [reachable, whole, last, storeWritable, storeRights, storeClock, wentBack, newerEvents],
  },
  { name: 'router', checks: [address, readiness] },
  { name: 'processes', checks: [processes, sameEverywhere] },
  { name: 'apps', checks: [loaded, failing] },
  ...config.backends.map((backend) => ({
    name: `backend ${backend.name}`,
    checks: backendChecks(backend, config),
  })),
  { name: 'messages', checks: [waiting, letters, refused] },
  ...(Object.keys(config.webhooks).length === 0 ? [] : [{ name: 'webhooks', checks: [webhooks] }]),
  { name: 'projections', checks: [projectionFiles, ownProjections, serverProjections] },
];

/** No text is sent, so nothing is signed. */
const backendChecks = (configured: ConfiguredBackend, { http }: Config): readonly Check[] => {
  const backend = configured.create({
    publicUrl: publicUrlOf(http),
    secret: '',
    tell: async () => undefined,
  });
  return [answers, lane, texts, history, reportAddress, gatewayView].map((checkOf) => checkOf(backend));
};

/** For one check, in milliseconds, beside the time in which a process must be heard of. */
const limitMs = 20_000;

/**
 * Looks at everything that a router needs, group by group, whether one runs or not. Changes nothing: no event, no file, no
 * checkpoint, no text to a gateway.
 *
 * @param given - the outside, instead of this machine's
 */
export async function* examineAll(
  sources: ConfigSources = {},
  given: Partial<Omit<InstallationNeeds, 'sources'>> = {},
): AsyncGenerator<Examined> {
  const installation = new Installation({
    machine: thisMachine,
    clock: systemClock,
    limitMs,
    ...given,
    sources,
  });
  try {
    yield* examine(groupsFor(installation), installation);
  } finally {
    await installation.close();
  }
}

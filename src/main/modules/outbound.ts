import { ContainerModule } from 'inversify';
import { Backends } from '../../outbound/backends.js';
import { createOutbound } from '../../outbound/outbound.js';
import { createPauses } from '../../outbound/pauses.js';
import { lanesNow } from '../adapters/lanes.js';
import type { Config } from '../config/config.js';
import { configuredLanes } from '../configuredLanes.js';
import { keys } from '../keys.js';

export const outbound = new ContainerModule(({ bind }) => {
  bind(keys.outbound)
    .toResolvedValue(
      (store, backends, config, clock, newId, log, lease, { texts }) =>
        createOutbound({
          store,
          checkpoints: store.checkpoints,
          lanes: backends.map(({ name, gateway }) => ({
            backend: name,
            gateway,
            settings: laneSettingsOf(config, name),
          })),
          clock,
          random: Math.random,
          newId,
          log,
          hasLease: () => lease.holds,
          listener: texts,
        }),
      [keys.store, keys.backends, keys.config, keys.clock, keys.newId, keys.log, keys.lease, keys.metrics],
    )
    .inSingletonScope();
  bind(keys.backendList)
    .toResolvedValue(
      (store, config, lanes, clock, newId) =>
        new Backends({
          store,
          configured: configuredLanes(config),
          pauses: createPauses(store, clock, newId),
          isPatient: false,
          lanes: () => lanesNow(store, config.node, lanes.report()),
        }),
      [keys.store, keys.config, keys.outbound, keys.clock, keys.newId],
    )
    .inSingletonScope();
});

/** The lane's settings of a backend: its keys in the configuration bear the same names. */
const laneSettingsOf = ({ backends }: Config, name: string) => {
  const common = backends.find((backend) => backend.name === name)?.common;
  if (common === undefined) throw new Error(`No backend ${name}.`);
  const { concurrency, ratePerSecond, timeoutMs, retry, onUnclear, probe, holdProbeMs, window } = common;
  return {
    concurrency,
    timeoutMs,
    retry,
    onUnclear,
    probe,
    holdProbeMs,
    window,
    ...(ratePerSecond === undefined ? {} : { ratePerSecond }),
  };
};

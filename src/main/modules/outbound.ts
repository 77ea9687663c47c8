import { ContainerModule } from 'inversify';
import { createOutbound } from '../../outbound/outbound.js';
import { keys } from '../keys.js';
import { laneSettingsOf } from '../lanes.js';

export const outbound = new ContainerModule(({ bind }) => {
  bind(keys.outbound)
    .toResolvedValue(
      (store, backends, config, clock, newId, log, lease) =>
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
          isHeld: () => lease.holds,
        }),
      [keys.store, keys.backends, keys.config, keys.clock, keys.newId, keys.log, keys.lease],
    )
    .inSingletonScope();
});

import { ContainerModule } from 'inversify';
import { createOutbound } from '../../outbound/outbound.js';
import { keys } from '../keys.js';
import { laneSettingsOf } from '../lanes.js';

export const outbound = new ContainerModule(({ bind }) => {
  bind(keys.outbound)
    .toResolvedValue(
      async (store, backends, config, node, clock, newId, log) =>
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
          cleanStart: await node.stoppedInOrder(),
        }),
      [keys.store, keys.backends, keys.config, keys.node, keys.clock, keys.newId, keys.log],
    )
    .inSingletonScope();
});

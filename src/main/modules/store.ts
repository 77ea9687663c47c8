import { ContainerModule } from 'inversify';
import { measured } from '../../store/measured.js';
import { openStore } from '../dataFolder.js';
import { keys } from '../keys.js';

export const store = new ContainerModule(({ bind }) => {
  bind(keys.store)
    .toResolvedValue(
      async (config, log, clock, metrics) =>
        measured(await openStore(config, log), () => clock.steady(), metrics.store),
      [keys.config, keys.log, keys.clock, keys.metrics],
    )
    .inSingletonScope();
});

import { ContainerModule } from 'inversify';
import { keys } from '../keys.js';
import { createProjections } from '../projections.js';

export const projections = new ContainerModule(({ bind }) => {
  bind(keys.projections)
    .toResolvedValue(createProjections, [keys.config, keys.store, keys.clock, keys.log])
    .inSingletonScope();
});

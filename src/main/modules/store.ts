import { ContainerModule } from 'inversify';
import { openStore } from '../dataFolder.js';
import { keys } from '../keys.js';

export const store = new ContainerModule(({ bind }) => {
  bind(keys.store).toResolvedValue(openStore, [keys.config, keys.log]).inSingletonScope();
});

import { ContainerModule } from 'inversify';
import { openStore } from '../dataFolder.js';
import { keys } from '../keys.js';
import { Node } from '../node.js';

export const store = new ContainerModule(({ bind }) => {
  bind(keys.store).toResolvedValue(openStore, [keys.config, keys.log]).inSingletonScope();
  bind(keys.node)
    .toResolvedValue(
      (store, config, apps, clock, newId) => new Node({ store, config, apps, clock, newId }),
      [keys.store, keys.config, keys.apps, keys.clock, keys.newId],
    )
    .inSingletonScope();
});

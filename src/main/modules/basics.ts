import { ContainerModule } from 'inversify';
import { v7 } from 'uuid';
import { loadApps } from '../apps.js';
import { systemClock } from '../clock.js';
import { keys } from '../keys.js';
import { createLog } from '../log.js';

export const basics = new ContainerModule(({ bind }) => {
  bind(keys.clock).toConstantValue(systemClock);
  bind(keys.newId).toConstantValue(() => v7());
  bind(keys.log)
    .toResolvedValue(({ log }) => createLog(log), [keys.config])
    .inSingletonScope();
  bind(keys.apps)
    .toResolvedValue((config) => loadApps(config.apps, config), [keys.config])
    .inSingletonScope();
});

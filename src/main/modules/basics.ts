import { ContainerModule } from 'inversify';
import { v7 } from 'uuid';
import type { Log } from '../../domain/log.js';
import { loadApps } from '../apps.js';
import { systemClock } from '../clock.js';
import { keys } from '../keys.js';
import { createLog } from '../log.js';

/** @param given - where log lines go, instead of standard output */
export const basics = (given?: Log): ContainerModule =>
  new ContainerModule(({ bind }) => {
    bind(keys.clock).toConstantValue(systemClock);
    bind(keys.newId).toConstantValue(() => v7());
    bind(keys.log)
      .toResolvedValue(({ log }) => given ?? createLog(log), [keys.config])
      .inSingletonScope();
    bind(keys.apps)
      .toResolvedValue((config) => loadApps(config.apps, config), [keys.config])
      .inSingletonScope();
  });

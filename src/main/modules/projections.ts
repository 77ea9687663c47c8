import { ContainerModule } from 'inversify';
import { foldersWith } from '../../projections/files.js';
import { ProjectionsBeside } from '../../projections/process/beside.js';
import { ProjectionsHere } from '../../projections/process/here.js';
import { auditIndexOf } from '../adapters/auditIndex.js';
import type { openStore } from '../dataFolder.js';
import { keys } from '../keys.js';

const program = new URL('../projectionsProcess.js', import.meta.url);

/** What the memory engine holds is in this process only. */
export const projections = new ContainerModule(({ bind }) => {
  bind(keys.auditIndex)
    .toResolvedValue(
      (projections, { data }) => auditIndexOf(projections, data),
      [keys.projections, keys.config],
    )
    .inSingletonScope();
  bind(keys.projections)
    .toResolvedValue(
      ({ data, eventStore, projections }, store, clock, log) => {
        const folders = foldersWith(projections.folder);
        if (eventStore.engine === 'memory') return new ProjectionsHere({ store, folders, clock, log });
        const task = { store: { data, eventStore }, data, folders };
        return new ProjectionsBeside<Parameters<typeof openStore>[0]>({ program, task, clock, log });
      },
      [keys.config, keys.store, keys.clock, keys.log],
    )
    .inSingletonScope();
});

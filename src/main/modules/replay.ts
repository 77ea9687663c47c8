import { ContainerModule } from 'inversify';
import { isoTime } from '../../domain/clock.js';
import { ReplayRuns } from '../../replay/runs.js';
import { replayRoutes } from '../../web/api/replays.js';
import { replayPages } from '../../web/pages/replay/replay.js';
import { keys } from '../keys.js';

export const replay = new ContainerModule(({ bind }) => {
  bind(keys.replayRuns)
    .toResolvedValue(
      ({ eventStore }, { commandLine: program, env = process.env }, clock, newId) => ({
        // Another process does not find what is in the memory of this one.
        current:
          program === undefined || eventStore.engine === 'memory'
            ? undefined
            : new ReplayRuns({ program, env, newId, now: () => isoTime(clock.now()) }),
      }),
      [keys.config, keys.options, keys.clock, keys.newId],
    )
    .inSingletonScope();
  bind(keys.replayPages)
    .toResolvedValue(
      ({ current: runs }, { backends }, apps) => ({
        pages: replayPages({
          runs,
          backends: backends.map(({ name }) => name),
          apps: apps.map(({ app }) => app.name),
        }),
        api: replayRoutes({ runs }),
      }),
      [keys.replayRuns, keys.config, keys.apps],
    )
    .inSingletonScope();
});

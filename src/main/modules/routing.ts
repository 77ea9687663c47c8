import { ContainerModule } from 'inversify';
import { Intake } from '../../routing/intake.js';
import { Routing } from '../../routing/routing.js';
import { playedIn } from '../config/config.js';
import { keys } from '../keys.js';

const microseconds = () => performance.now() * 1_000;

export const routing = new ContainerModule(({ bind }) => {
  bind(keys.routing)
    .toResolvedValue(
      (store, apps, { routing: settings, backends }, clock, newId, log, node) =>
        new Routing({
          store,
          apps: apps.map(({ app }) => app),
          backends: new Set(backends.map(({ name }) => name)),
          played: new Set(playedIn(backends)),
          settings,
          clock,
          microseconds,
          newId,
          log,
          decider: () => node.decider,
        }),
      [keys.store, keys.apps, keys.config, keys.clock, keys.newId, keys.log, keys.node],
    )
    .inSingletonScope();
  bind(keys.intake)
    .toResolvedValue(
      (store, routing, clock, newId, { http }) =>
        new Intake({ store, routing, clock, newId, inlineTimeoutMs: http.inlineTimeoutMs }),
      [keys.store, keys.routing, keys.clock, keys.newId, keys.config],
    )
    .inSingletonScope();
});

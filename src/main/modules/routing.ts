import { ContainerModule } from 'inversify';
import type { Clock } from '../../domain/clock.js';
import type { Metrics } from '../../metrics/metrics.js';
import { Intake, type IntakeNeeds } from '../../routing/intake.js';
import { Routing } from '../../routing/routing.js';
import { playedIn } from '../config/config.js';
import { keys } from '../keys.js';

const microseconds = () => performance.now() * 1_000;

const intakeListener = ({ messages, texts }: Metrics, clock: Clock): Required<IntakeNeeds>['listener'] => ({
  received: (backend) => messages.received(backend),
  rejected: (backend) => messages.rejected(backend),
  reported: (backend, { messageId, status }) => texts.reported(backend, messageId, status, clock.now()),
});

export const routing = new ContainerModule(({ bind }) => {
  bind(keys.routing)
    .toResolvedValue(
      (store, apps, { routing: settings, backends }, clock, newId, log, node, { messages }) =>
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
          listener: messages,
        }),
      [keys.store, keys.apps, keys.config, keys.clock, keys.newId, keys.log, keys.node, keys.metrics],
    )
    .inSingletonScope();
  bind(keys.intake)
    .toResolvedValue(
      (store, routing, clock, newId, { http }, metrics) =>
        new Intake({
          store,
          routing,
          clock,
          newId,
          inlineTimeoutMs: http.inlineTimeoutMs,
          listener: intakeListener(metrics, clock),
        }),
      [keys.store, keys.routing, keys.clock, keys.newId, keys.config, keys.metrics],
    )
    .inSingletonScope();
});

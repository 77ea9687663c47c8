import type { AnyApp } from './app.js';
import type { PhasePorts } from './call.js';
import { type Failed, type PhaseInput, type Routed, Run } from './run.js';
import { type Steps, settle } from './steps.js';

export { type PhasePorts, PhaseTimeout } from './call.js';
export type { DecidedText, Failed, PhaseInput, Routed } from './run.js';

/** Hands one message through filter, parse, handle, default and cleanup. */
export const runPhases = (
  apps: readonly AnyApp[],
  input: PhaseInput,
  ports: PhasePorts,
): Routed | Failed | Promise<Routed | Failed> => settle(phaseSteps(apps, input, ports));

/** As {@link runPhases}, as a part of other work. */
export function* phaseSteps(
  apps: readonly AnyApp[],
  input: PhaseInput,
  ports: PhasePorts,
): Steps<Routed | Failed> {
  const run = new Run(apps, input, ports);
  const filteredBy = yield* run.untilTrue('filter');
  if (filteredBy !== undefined) return run.filtered(filteredBy);
  yield* run.all('parse');
  const handledBy = yield* run.untilTrue('handle');
  if (run.failure !== undefined) return run.failure;
  run.body.handled = handledBy !== undefined;
  const defaulted = handledBy === undefined && !run.body.responded;
  const defaultedBy = defaulted ? yield* run.untilTrue('default') : undefined;
  if (run.failure !== undefined) return run.failure;
  const outcome = run.outcome(handledBy, defaulted, defaultedBy);
  yield* run.all('cleanup');
  return run.routed(outcome);
}

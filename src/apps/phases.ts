import type { AnyApp } from './app.js';
import type { PhasePorts } from './call.js';
import type { Failed, PhaseInput, Routed } from './routed.js';
import { Run } from './run.js';
import { type Steps, settle } from './steps.js';

export { type PhasePorts, PhaseTimeout } from './call.js';
export type { DecidedText, Failed, PhaseInput, Routed } from './routed.js';

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
  if (run.ask('filter')) yield* run.answers();
  if (run.taker !== undefined) return run.filtered(run.taker);
  if (run.ask('parse')) yield* run.answers();
  if (run.ask('handle')) yield* run.answers();
  if (run.failure !== undefined) return run.failure;
  const handledBy = run.taker;
  run.body.handled = handledBy !== undefined;
  const defaulted = handledBy === undefined && !run.body.responded;
  if (defaulted && run.ask('default')) yield* run.answers();
  if (run.failure !== undefined) return run.failure;
  const outcome = run.outcome(handledBy, defaulted, defaulted ? run.taker : undefined);
  if (run.ask('cleanup')) yield* run.answers();
  return run.routed(outcome);
}

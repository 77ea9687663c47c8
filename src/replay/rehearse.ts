import type { Simulation } from '../testing/simulation.js';
import type { RehearsedMessage, RehearsedReaction, RehearsedStep } from './question.js';

/** A message comes in. @param seed - what chance is to go by @param now - what clocks are to show */
type Begin = (seed: string, now: Date) => void;

/** Takes one step after the other. @returns what became of each message */
export const rehearse = async (
  simulation: Simulation,
  steps: readonly RehearsedStep[],
  begin: Begin,
): Promise<readonly RehearsedReaction[]> => {
  const reactions: RehearsedReaction[] = [];
  for (const step of steps) {
    const reaction = await take(simulation, step, begin);
    if (reaction !== undefined) reactions.push(reaction);
  }
  return reactions;
};

const take = async (
  simulation: Simulation,
  step: RehearsedStep,
  begin: Begin,
): Promise<RehearsedReaction | undefined> => {
  if (step.kind === 'fact') {
    const dot = step.type.indexOf('.');
    const fact = { type: step.type.slice(dot + 1), data: step.data };
    simulation.remembered(step.type.slice(0, dot), [fact], step.from);
  } else if (step.kind === 'counts') {
    const { from, received, sent, since } = step;
    const first = since === undefined ? {} : { firstReceivedAt: new Date(since).toISOString() };
    simulation.had({ received, sent, ...first }, from);
  } else return receive(simulation, step, begin);
  return undefined;
};

const receive = async (
  simulation: Simulation,
  { from, text, at, told }: RehearsedMessage,
  begin: Begin,
): Promise<RehearsedReaction> => {
  begin(told?.messageId ?? text, new Date(at ?? 0));
  const { trace: _trace, ...reaction } = await simulation.receive(text, {
    from,
    ...(at === undefined ? {} : { at: new Date(at) }),
    ...(told === undefined ? {} : { told }),
  });
  return reaction;
};

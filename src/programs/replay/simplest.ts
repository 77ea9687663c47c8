import type { Answer, RehearsedReaction, RehearsedStep } from '../../replay/question.js';
import { type Precision, rounded, sendSame } from '../../replay/transcript.js';

/** Has the apps answer everything anew, from the beginning. */
export type Ask = (steps: readonly RehearsedStep[]) => Promise<Answer>;

type Counts = Extract<RehearsedStep, { kind: 'counts' }>;

/** How much is told of what conversations had been, the least first. Undefined: nothing. */
const counts: readonly ((step: Counts) => Counts | undefined)[] = [
  () => undefined,
  ({ since: _since, ...step }) => (step.isOther ? step : undefined),
  (step) => (step.isOther ? step : undefined),
  (step) => step,
];

/** As few lines and digits as give the same answers: no counts and no times where no app goes by them. */
export const simplest = async (
  all: readonly RehearsedStep[],
  answers: readonly RehearsedReaction[],
  ask: Ask,
): Promise<{ readonly steps: readonly RehearsedStep[]; readonly precision: Precision }> => {
  const isSame = async (steps: readonly RehearsedStep[]) => sendSame((await ask(steps)).reactions, answers);
  let steps = all;
  for (const told of counts) {
    steps = all.flatMap((step) => (step.kind === 'counts' ? (told(step) ?? []) : step));
    if (await isSame(steps)) break;
  }
  for (const precision of ['none', 'minutes', 'seconds'] as const)
    if (await isSame(steps.map((step) => timed(step, precision)))) return { steps, precision };
  return { steps, precision: 'milliseconds' };
};

const timed = (step: RehearsedStep, precision: Precision): RehearsedStep => {
  if (step.kind !== 'message') return step;
  const { at = 0, ...rest } = step;
  const time = rounded(at, precision);
  return { ...rest, ...(time === undefined ? {} : { at: time }) };
};

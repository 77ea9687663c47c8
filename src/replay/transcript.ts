import { type Connection, isSameConnection } from '../domain/connection.js';
import { maxTextsInTests } from '../testing/simulation.js';
import { type Precision, ScriptWriter } from '../testing/writeScript.js';

export { maxTextsInTests, type Precision };

import type { RehearsedReaction, RehearsedStep } from './question.js';

/** What happened, with what the apps make of each message, as lines of a transcript. */
export const transcriptOf = (
  steps: readonly RehearsedStep[],
  reactions: readonly RehearsedReaction[],
  backend: string,
  precision: Precision,
): readonly string[] => {
  const writer = new ScriptWriter(backend, precision);
  const left = [...reactions];
  return steps.flatMap((step) => {
    const { from } = step;
    if (step.kind === 'fact') return writer.remembers(from, step.type, step.data);
    if (step.kind === 'counts') return writer.had(from, step.received, step.sent, step.since);
    const { sent = [] } = left.shift() ?? {};
    return [
      ...writer.sends(from, step.text, step.at ?? 0),
      ...(sent.some((one) => isSameConnection(one, from)) ? [] : writer.expectsSilence(from)),
      ...sent.flatMap((one) => writer.expects(connectionOf(one), one.text)),
    ];
  });
};

const connectionOf = ({ backend, identity }: Connection): Connection => ({ backend, identity });

/** Whether two rehearsals send the same. */
export const sendSame = (ones: readonly RehearsedReaction[], others: readonly RehearsedReaction[]): boolean =>
  JSON.stringify(ones.map(({ sent }) => sent)) === JSON.stringify(others.map(({ sent }) => sent));

/** How a time looks that is told so exactly. */
export const rounded = (at: number, precision: Precision): number | undefined => {
  const unit = { none: 0, minutes: 60_000, seconds: 1_000, milliseconds: 1 }[precision];
  return unit === 0 ? undefined : Math.floor(at / unit) * unit;
};

/** As a literal of a template: nothing in it ends or fills it. */
export const inTemplate = (text: string): string => text.replace(/[\\`]|\$(?=\{)/g, '\\$&');

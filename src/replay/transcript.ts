import type { Connection } from '../domain/connection.js';
import { type Precision, ScriptWriter } from '../testing/writeScript.js';

export type { Precision };

import type { RehearsedFact, RehearsedMessage, RehearsedReaction } from './question.js';

/** A message with what the apps make of it. */
export interface Scene {
  readonly message: RehearsedMessage;
  readonly reaction: RehearsedReaction;
}

/** What happened as lines of a transcript. A message on which an app failed is left out: a transcript ends there. */
export const transcriptOf = (
  remembered: readonly RehearsedFact[],
  scenes: readonly Scene[],
  backend: string,
  precision: Precision,
): readonly string[] => {
  const writer = new ScriptWriter(backend, precision);
  const before = remembered.flatMap(({ from, type, data }) => writer.remembers(from, type, data));
  const lines = scenes.flatMap(({ message, reaction }) => {
    const { from, text, at = 0 } = message;
    if (reaction.error !== undefined)
      return [`# ${reaction.app ?? 'an app'} fails on a message here: left out`];
    const sent = reaction.sent.flatMap((one) => writer.expects(connectionOf(one), one.text));
    return [
      ...writer.sends(from, text, at),
      ...(reaction.sent.some((one) => isSame(one, from)) ? [] : writer.expectsSilence(from)),
      ...sent,
    ];
  });
  return [...before, ...lines];
};

const connectionOf = ({ backend, identity }: Connection): Connection => ({ backend, identity });

const isSame = (one: Connection, other: Connection): boolean =>
  one.backend === other.backend && one.identity === other.identity;

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

import { isDeepStrictEqual } from 'node:util';
import { isSameConnection } from '../domain/connection.js';
import {
  type Decided,
  decidedNow,
  decidedThen,
  type Made,
  type Recorded,
  type ReplayedText,
} from './decided.js';
import { type Difference, differences } from './kinds.js';

/** Both, to look at. */
export interface Compared {
  readonly recorded: Decided;
  readonly rerun: Decided;
  readonly differs: readonly Difference[];
}

export const compareWith = (stored: Recorded, made: Made): Compared => {
  const [recorded, rerun] = [decidedThen(stored), decidedNow(made)];
  return { recorded, rerun, differs: compare(recorded, rerun) };
};

/** In what the re-run differs from what was recorded, the worst first: none when both are the same. */
export const compare = (then: Decided, now: Decided): readonly Difference[] => {
  if (now.kind === 'failed') return then.kind === 'failed' ? [] : ['failed'];
  if (then.kind === 'failed') return ['mended'];
  const found = new Set(differencesOfAll(then, now.texts));
  if (then.outcome !== now.outcome || then.app !== now.app) found.add('otherApp');
  const areFacts = then.facts.length + now.facts.length > 0;
  if (areFacts && !isDeepStrictEqual(then.facts, now.facts)) found.add('otherFacts');
  return found.size === 0 ? [] : differences.filter((difference) => found.has(difference));
};

/** Texts to whom nothing is known to have been sent may have gone to someone else then, where that was not listed. */
const differencesOfAll = (
  { texts, listsOnly }: Extract<Decided, { kind: 'routed' }>,
  now: readonly ReplayedText[],
): readonly Difference[] => {
  const known = now.filter(
    ({ to }) =>
      listsOnly === undefined ||
      [listsOnly, ...texts.map((text) => text.to)].some((one) => isSameConnection(one, to)),
  );
  return known.length < now.length && now.length > texts.length
    ? ['otherRecipient', ...differencesOfTexts(texts, known)]
    : differencesOfTexts(texts, now);
};

const differencesOfTexts = (
  then: readonly ReplayedText[],
  now: readonly ReplayedText[],
): readonly Difference[] => {
  if (then.length === now.length && then.every((text, index) => isSame(text, now[index]))) return [];
  const [left, leaves] = [then.filter(isSent).length, now.filter(isSent).length];
  if (left > 0 && leaves === 0) return [now.length > 0 ? 'stopped' : 'nowSilent'];
  if (left === 0 && leaves > 0) return [then.length > 0 ? 'noLongerStopped' : 'nowAnswered'];
  if (then.length !== now.length) return ['otherText'];
  if (isShuffled(then, now)) return ['otherOrder'];
  return then.flatMap((text, index) => differencesOf(text, now[index]));
};

const isSent = ({ stoppedBy }: ReplayedText): boolean => stoppedBy === undefined;

const isSame = (one: ReplayedText, other: ReplayedText | undefined): boolean =>
  one.text === other?.text &&
  one.app === other.app &&
  one.priority === other.priority &&
  one.stoppedBy === other.stoppedBy &&
  isSameRecipient(one, other);

const isSameRecipient = ({ to }: ReplayedText, other: ReplayedText): boolean =>
  isSameConnection(to, other.to);

/** The same texts, one after the other in another order. */
const isShuffled = (then: readonly ReplayedText[], now: readonly ReplayedText[]): boolean => {
  const left = [...now];
  for (const text of then) {
    const index = left.findIndex((other) => isSame(text, other));
    if (index < 0) return false;
    left.splice(index, 1);
  }
  return true;
};

const differencesOf = (then: ReplayedText, now: ReplayedText | undefined): readonly Difference[] => {
  if (now === undefined || isSame(then, now)) return [];
  const found: Difference[] = [];
  if (isSent(then) && !isSent(now)) found.push('stopped');
  if (!isSent(then) && isSent(now)) found.push('noLongerStopped');
  if (!isSameRecipient(then, now)) found.push('otherRecipient');
  if (then.text !== now.text) found.push('otherText');
  // What was stopped then has no priority to compare with.
  if (isSent(then) && isSent(now) && then.priority !== now.priority) found.push('otherPriority');
  if (then.app !== now.app) found.push('otherApp');
  // Stopped both times, by another app.
  return found.length === 0 ? ['otherApp'] : found;
};

import type { Kind } from './kinds.js';

/** What a kind is called in a report. docs/replay.md has the rule of each. */
export const wordsOf: Readonly<Record<Kind, string>> = {
  failed: 'now fails',
  nowSilent: 'now silent, was answered',
  stopped: 'now stopped by outgoing',
  nowAnswered: 'now answered, was silent',
  mended: 'was a dead letter, now decided',
  noLongerStopped: 'no longer stopped by outgoing',
  otherApp: 'decided by another app',
  otherRecipient: 'other recipient',
  otherText: 'other text',
  otherOrder: 'other order',
  otherPriority: 'other priority',
  otherFacts: 'other facts',
  notReproducible: 'not reproducible',
  same: 'same',
  filtered: 'same, filtered',
  requeued: 'same, after it was put back',
  deadLetter: 'dead letter, fails as then',
  duplicate: 'repeated by its gateway, not run',
  undecided: 'no decision yet, not run',
  newer: 'of a newer version, not run',
  foreign: 'of another program, not run',
  cutAway: 'cut away, not run',
  unconcerned: 'nothing to do with that app',
  beheaded: 'cut away themselves, not counted',
};

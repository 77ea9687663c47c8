/**
 * What a replay says of one message: one of these, the first that holds. docs/replay.md states each rule for people.
 * The worse a difference is for whoever waits for an answer, the earlier it stands.
 */
export const differences = [
  'failed',
  'nowSilent',
  'stopped',
  'nowAnswered',
  'mended',
  'noLongerStopped',
  'otherApp',
  'otherRecipient',
  'otherText',
  'otherOrder',
  'otherPriority',
  'otherFacts',
] as const;

export type Difference = (typeof differences)[number];

/** The re-run gave what was recorded, by what had been recorded. */
export const agreements = ['same', 'filtered', 'requeued', 'deadLetter'] as const;

export type Agreement = (typeof agreements)[number];

/** No app was asked: there is nothing to compare with, or nothing to ask with. */
export const notRun = ['duplicate', 'undecided', 'newer', 'foreign', 'cutAway'] as const;

export type NotRun = (typeof notRun)[number];

/**
 * `unconcerned`: with the app that was asked for it has nothing to do. `beheaded`: the message of a decision is in the store no
 * more; it is no message that there is to run, and not counted as one.
 */
export const apart = ['unconcerned', 'beheaded'] as const;

export type Apart = (typeof apart)[number];

export type Kind = Difference | 'notReproducible' | Agreement | NotRun | Apart;

export const kinds: readonly Kind[] = [...differences, 'notReproducible', ...agreements, ...notRun, ...apart];

/** What makes a replay end with status 1. */
export const isDifference = (kind: Kind): kind is Difference | 'notReproducible' =>
  kind === 'notReproducible' || (differences as readonly Kind[]).includes(kind);

/** `look`: it works, or may, but a person should look at it. */
export type Level = 'well' | 'look' | 'broken';

/** One thing that was looked at. */
export interface Finding {
  /** A name that stays, for machines: `store.reachable`. */
  readonly about: string;
  readonly level: Level;
  /** How it is, in a sentence. */
  readonly says: string;
  /** What that means and what to do: of all that is not well. */
  readonly advice?: string;
  /** Of the configuration. */
  readonly values?: readonly Value[];
}

export interface Value {
  readonly key: string;
  /** Secrets blanked. */
  readonly value: unknown;
  /** A file, a variable of the environment, or `default`. */
  readonly from: string;
}

export const well = (about: string, says: string): Finding => ({ about, level: 'well', says });

export const look = (about: string, says: string, advice: string): Finding => ({
  about,
  level: 'look',
  says,
  advice,
});

export const broken = (about: string, says: string, advice: string): Finding => ({
  about,
  level: 'broken',
  says,
  advice,
});

/** The gravest of them; `well` for none. */
export const gravest = (findings: readonly Pick<Finding, 'level'>[]): Level => {
  const levels = new Set(findings.map(({ level }) => level));
  return levels.has('broken') ? 'broken' : levels.has('look') ? 'look' : 'well';
};

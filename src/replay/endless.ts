/** A message that came to no end, and in what. */
export interface EndlessPlace {
  /** Counted from 0; `all`: the memory of the conversation does not. */
  readonly message: number | 'all';
  readonly app: string;
  readonly phase: string;
}

export type Endless = readonly EndlessPlace[];

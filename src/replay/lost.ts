export interface LostPlace {
  readonly job: number;
  /** Of the job's messages, counted from 0; -1 before the first. */
  readonly message: number;
  readonly app: string;
  readonly phase: string;
}

/** An app that does not come back. */
export interface Hanging {
  readonly app: string;
  readonly phase: string;
  /** For how many milliseconds. */
  readonly ms: number;
  /** Absent while the app is loaded. */
  readonly at?: { readonly job: number; readonly messageId: string };
}

/** The thread was ended, or ended itself, at this place. */
export class ThreadLost extends Error {
  override readonly name = 'ThreadLost';

  constructor(readonly place: LostPlace) {
    super('A thread of the replay was lost.');
  }
}

/** An app has changed what all code of its thread goes by, while it was asked: what the thread found is not to be relied on. */
export class ThreadMisled extends Error {
  override readonly name = 'ThreadMisled';

  constructor() {
    super('A thread of the replay was misled.');
  }
}

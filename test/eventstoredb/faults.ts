/** What goes wrong inside the server on cue. What goes wrong on the way there is `wire.ts`'s. */
export class Faults {
  /** The next so many appends are written, and their answer is never sent. */
  loseAnswers = 0;
  /** The next so many appends are refused as by a server that is starting. */
  notReady = 0;
  /** Appends and reads are refused with the address of the leader. */
  leader: { readonly host: string; readonly port: number } | undefined;
  /** Gossip has no one to name. */
  noMembers = false;
  /** Appends that have come in, written or not. */
  appends = 0;

  /** @returns true when one is left of the given kind, which it takes */
  take(kind: 'loseAnswers' | 'notReady'): boolean {
    if (this[kind] === 0) return false;
    this[kind] -= 1;
    return true;
  }
}

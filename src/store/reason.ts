/** Why a store cannot be used, where its code alone does not say what a person can do about it. */
export type StoreReason =
  /** What the file holds cannot be trusted any more. */
  | 'damaged'
  /** Written by a newer version of the router. */
  | 'newer'
  /** Something else lies where the store should be. */
  | 'foreign'
  /** The file is empty, and what was in it is in its log. */
  | 'emptied'
  /** The log lies there without its index: only who writes can read it in. */
  | 'unread-log'
  /** Another process holds its lock. */
  | 'locked'
  /** This user may not read it. */
  | 'no-access'
  /** The server does not know the user, or the password is wrong. */
  | 'unknown-user'
  /** The server lets no one who does not say who he is. */
  | 'no-user'
  /** The server does not let this user. */
  | 'no-right';

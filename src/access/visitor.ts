/** What a person may do; a later one may do all that an earlier one may. */
export const roles = ['viewer', 'operator', 'admin'] as const;
export type Role = (typeof roles)[number];

/** What a token of the API may do. */
export const scopes = ['read', 'send', 'operate', 'admin'] as const;
export type Scope = (typeof scopes)[number];

/** Who asks: a person, or a program with a token. */
export interface Visitor {
  /** Of the user or of the token. */
  readonly name: string;
  /** Of a token: the role that comes next to its scopes, for what is shown. What it may do its scopes tell. */
  readonly role: Role;
  /** Recorded with what is done. A token's differs from that of every user. */
  readonly by: string;
  /** False: telephone numbers are shown shortened. */
  readonly seesNumbers: boolean;
  /** Present for a token alone: nothing else is allowed. */
  readonly scopes?: readonly Scope[];
}

/** Who is not logged in, before the door. */
export const nobody: Visitor = { name: '', role: 'viewer', by: 'nobody', seesNumbers: false, scopes: [] };

/** Whoever is on the machine in development mode. No user may have this name. */
export const developmentVisitor: Visitor = {
  name: 'development',
  role: 'admin',
  by: 'development',
  seesNumbers: true,
};

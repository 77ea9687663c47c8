import type { Role, Scope, Visitor } from './visitor.js';

/**
 * - `see`: messages, events, states, pages.
 * - `send`: a text, and to a tester.
 * - `operate`: requeue, discard, pause, resume, replay.
 * - `administer`: users, tokens, configuration of webhooks.
 */
export type Right = 'see' | 'send' | 'operate' | 'administer';

const ofRole: Readonly<Record<Role, readonly Right[]>> = {
  viewer: ['see'],
  operator: ['see', 'send', 'operate'],
  admin: ['see', 'send', 'operate', 'administer'],
};

/** Who operates must see what they operate on; who sends need not see anything. */
const ofScope: Readonly<Record<Scope, readonly Right[]>> = {
  read: ofRole.viewer,
  send: ['send'],
  operate: ofRole.operator,
  admin: ofRole.admin,
};

/** The one place that says who may do what. */
export const may = ({ role, scopes }: Visitor, right: Right): boolean =>
  scopes === undefined
    ? ofRole[role].includes(right)
    : scopes.some((scope) => ofScope[scope].includes(right));

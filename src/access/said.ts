// Whether an event says what it should: another program may have written it.
import { type Role, roles, type Scope, scopes } from './visitor.js';

export const isText = (value: unknown): value is string => typeof value === 'string';

/** In the one form in which times are stored, so that they compare as texts. */
export const isTime = (value: unknown): value is string =>
  isText(value) && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value);

export const isRole = (value: unknown): value is Role => roles.some((role) => role === value);

export const saysRole = <Data extends { readonly role: unknown }>(
  data: Data,
): data is Data & { readonly role: Role } => isRole(data.role);

export const isScope = (value: unknown): value is Scope => scopes.some((scope) => scope === value);

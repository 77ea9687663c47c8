import { blank, withoutSecrets } from '../backends/blank.js';
import {
  credentialsIn,
  decoded,
  secretsInHeader,
  secretsOfUser,
  withoutCredentials,
} from '../backends/credentials.js';
import { isOpenParameter } from '../backends/kannel/config.js';

const secretKeys =
  /pass|pwd|^pw$|^pin$|secret|token|auth|api-?key|cookie|credential|signature|^sig$|[-_.]key$|^key$/i;

/**
 * The same configuration without what must not be read back: values of keys that name a secret, of whatever type, passwords and
 * keys in URLs, and of what a gateway is sent whatever may be a secret of its own: headers, parameters, values in queries.
 */
export const blankSecrets = (value: object): object =>
  blanked(JSON.parse(JSON.stringify(value)), []) as object;

const blanked = (value: unknown, path: readonly string[]): unknown => {
  if (Array.isArray(value)) return value.map((part) => blanked(part, path));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([key, part]) => [key, blanked(part, [...path, key])]),
    );
  if (value !== null && isSecret(path)) return blank;
  return typeof value === 'string' ? inAddresses(value) : value;
};

const isSecret = (path: readonly string[]): boolean => {
  // A backend may have any name, and so may a webhook.
  const within = ['backends', 'webhooks'].includes(path[0] ?? '') ? path.slice(2) : path;
  if (within.includes('outgoingHeaders')) return true;
  if (within.includes('sendsmsParams') && !isOpenParameter(path.at(-1) ?? '')) return true;
  return within.some((key) => secretKeys.test(key));
};

/** Of URLs: who we are, and in the query all but what the router fills in. */
const inAddresses = (text: string): string =>
  withoutCredentials(text, blank).replace(
    /(:\/\/\S*\?)(\S*)/g,
    (_, before: string, query: string) => before + withoutValues(query),
  );

const withoutValues = (query: string): string =>
  query.replace(/=([^&]*)/g, (given, value: string) => (/^(%\(\w+\)s)?$/.test(value) ? given : `=${blank}`));

/** Everyone knows it: it comes with the router. */
const example = 'change-me';
/** Shorter ones hide nothing, and stand in every text: a header that says `1`. */
const leastLength = 4;

/** What {@link blankSecrets} blanks, as far as it may be quoted by others. */
export const secretsIn = (config: object): readonly string[] =>
  secretsUnder(config, []).filter((secret) => secret !== example && secret.length >= leastLength);

const secretsUnder = (value: unknown, path: readonly string[]): readonly string[] => {
  if (Array.isArray(value)) return value.flatMap((part) => secretsUnder(part, path));
  if (typeof value === 'object' && value !== null)
    return [
      ...Object.entries(value).flatMap(([key, part]) => secretsUnder(part, [...path, key])),
      ...secretsInPair(value),
    ];
  const text = textOf(value);
  return isSecret(path) ? secretsInHeader(text) : secretsInAddress(text);
};

/** As it is sent; empty for what is none of these. */
const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';

/** A user beside his password. */
const secretsInPair = (
  keys: {
    readonly [key in 'username' | 'user' | 'password' | 'pass']?: unknown;
  },
): readonly string[] => {
  const { username, user = username, pass, password = pass } = keys;
  return secretsOfUser(textOf(user), textOf(password));
};

const secretsInAddress = (text: string): readonly string[] => {
  const [, query = ''] = /:\/\/\S*\?(\S*)/.exec(text) ?? [];
  const values = [...query.matchAll(/([^&=]*)=([^&]*)/g)].flatMap(([, key = '', given = '']) =>
    secretKeys.test(key) && !given.startsWith('%(') ? [given, decoded(given)] : [],
  );
  return [...credentialsIn(text), ...values];
};

/** `esdb://USER:PASSWORD@host` and `esdb://[user:…` say how it is written. A number before the path is a port. */
const passwordInText = /(:\/\/(?!\[)[^/?#:\s]*:)(?!PASSWORD@|\d+[/?#])[^\s"'<>]*@/g;
const userInText = /(:\/\/)[^/?#:@\s"'<>[\]]+(?=@)/g;
const keyInText =
  /([?&][\w.-]*(?:pass|pwd|secret|token|auth|key|credential|signature)[\w.-]*=)(?!…)[^&\s"'<>]+/gi;
const headerInText = /\b(Bearer|Basic) [\w.~+/=-]{8,}/g;

/** A text that others wrote, without what shows itself as a secret: passwords and keys in addresses, what headers hold. */
export const blankShown = (text: string): string =>
  text
    .replace(passwordInText, `$1${blank}@`)
    .replace(userInText, `$1${blank}`)
    .replace(keyInText, `$1${blank}`)
    .replace(headerInText, `$1 ${blank}`);

/** The same without these secrets. */
export const blankKnown = (text: string, secrets: readonly string[]): string => withoutSecrets(text, secrets);

import { withoutSecrets } from '../backends/blank.js';

const blank = '•••';
const secretKeys = /pass|pwd|secret|token|auth|api-?key|cookie|credential|signature|^sig$|^key$/i;
/** Of what is sent to a gateway these say how, and nothing else is known of. */
const openParameters = /^(username|from|smsc|charset|coding|priority|validity|dlr-mask|account)$/i;

/**
 * The same configuration without what must not be read back: values of keys that name a secret, passwords in URLs, and of what a
 * gateway is sent whatever may be a secret of its own: headers, parameters, values in queries.
 */
export const blankSecrets = (value: object): object =>
  blanked(JSON.parse(JSON.stringify(value)), []) as object;

const blanked = (value: unknown, path: readonly string[]): unknown => {
  if (Array.isArray(value)) return value.map((part) => blanked(part, path));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([key, part]) => [key, blanked(part, [...path, key])]),
    );
  if (typeof value !== 'string') return value;
  return isSecret(path) ? blank : inAddresses(value);
};

const isSecret = (path: readonly string[]): boolean => {
  const key = path.at(-1) ?? '';
  if (path.includes('outgoingHeaders')) return true;
  if (path.includes('sendsmsParams') && !openParameters.test(key)) return true;
  return secretKeys.test(key);
};

/** Of URLs: the password, up to the last @ before the path, and in the query all but what the router fills in. */
const inAddresses = (text: string): string =>
  text
    .replace(/(:\/\/[^/?#:\s]*:)[^/?#\s]*@/g, `$1${blank}@`)
    .replace(/(:\/\/\S*\?)(\S*)/g, (_, before: string, query: string) => before + withoutValues(query));

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
    return Object.entries(value).flatMap(([key, part]) => secretsUnder(part, [...path, key]));
  if (typeof value !== 'string') return [];
  // `Bearer` and `Basic` stand before theirs.
  return isSecret(path) ? [value, ...value.split(' ').slice(1)] : secretsInAddress(value);
};

const secretsInAddress = (text: string): readonly string[] => {
  const [, password = ''] = /:\/\/[^/?#:\s]*:([^/?#\s]*)@/.exec(text) ?? [];
  const [, query = ''] = /:\/\/\S*\?(\S*)/.exec(text) ?? [];
  const values = [...query.matchAll(/([^&=]*)=([^&]*)/g)].flatMap(([, key = '', given = '']) =>
    secretKeys.test(key) && !given.startsWith('%(') ? given : [],
  );
  return [password, ...values].flatMap((given) => [given, decoded(given)]);
};

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** `esdb://USER:PASSWORD@host` says how it is written. A number before the path is a port. */
const passwordInText = /(:\/\/[^/?#:\s]*:)(?!PASSWORD@|\d+[/?#])[^\s"'<>]*@/g;
const keyInText =
  /([?&][\w.-]*(?:pass|pwd|secret|token|auth|key|credential|signature)[\w.-]*=)(?!…)[^&\s"'<>]+/gi;
const headerInText = /\b(Bearer|Basic) [\w.~+/=-]{8,}/g;

/** A text that others wrote, without what shows itself as a secret: passwords and keys in addresses, what headers hold. */
export const blankShown = (text: string): string =>
  text
    .replace(passwordInText, `$1${blank}@`)
    .replace(keyInText, `$1${blank}`)
    .replace(headerInText, `$1 ${blank}`);

/** The same without these secrets. */
export const blankKnown = (text: string, secrets: readonly string[]): string =>
  withoutSecrets(text, secrets, blank);

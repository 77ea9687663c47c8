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
  return isSecret(path) ? '•••' : withoutSecrets(value);
};

const isSecret = (path: readonly string[]): boolean => {
  const key = path.at(-1) ?? '';
  if (path.includes('outgoingHeaders')) return true;
  if (path.includes('sendsmsParams') && !openParameters.test(key)) return true;
  return secretKeys.test(key);
};

/** Of URLs: the password, up to the last @ before the path, and in the query all but what the router fills in. */
const withoutSecrets = (text: string): string =>
  text
    .replace(/(:\/\/[^/?#:\s]*:)[^/?#\s]*@/g, '$1•••@')
    .replace(/(:\/\/\S*\?)(\S*)/g, (_, before: string, query: string) => before + withoutValues(query));

const withoutValues = (query: string): string =>
  query.replace(/=([^&]*)/g, (given, value: string) => (/^(%\(\w+\)s)?$/.test(value) ? given : '=•••'));

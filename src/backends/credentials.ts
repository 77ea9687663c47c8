// What tells a gateway who we are, in each form in which it may quote it.

/** The password, and what Basic authentication makes of both. */
export const secretsOfUser = (user: string, password: string): readonly string[] => {
  if (password === '') return [];
  const both = Buffer.from(`${user}:${password}`);
  const encoded = both.toString('base64');
  // What fills it up at its end is left away by some.
  return [password, encoded, encoded.replace(/=+$/, ''), both.toString('base64url')];
};

/** Services that give out one key take it as the user, without a password or with any. */
export const isKey = (user: string, password: string): boolean =>
  password === '' || (user.length >= 20 && /\d/.test(user));

/** The user, and the password up to the last @ before the path. */
const userInAddress = /:\/\/([^/?#:\s]*)(?::([^/?#\s]*))?@/g;

/** Of an address, which may be a pattern with `%(text)s` in it: what stands before its host. */
export const credentialsIn = (address: string): readonly string[] =>
  [...address.matchAll(userInAddress)].flatMap(([, user = '', password = '']) =>
    [
      [user, password],
      [decoded(user), decoded(password)],
    ].flatMap(([user = '', password = '']) => [
      ...secretsOfUser(user, password),
      ...(isKey(user, password) ? [user] : []),
    ]),
  );

/** A text without what stands before the hosts of the addresses in it, but for the names of users. */
export const withoutCredentials = (text: string, blank: string): string =>
  text.replace(userInAddress, (_, user: string, password = '') => {
    const shown = isKey(user, password) ? blank : user;
    return password === '' ? `://${blank}@` : `://${shown}:${blank}@`;
  });

/** Of a header's value: the whole, what follows on `Bearer` or `Basic`, and what is encoded in that. */
export const secretsInHeader = (value: string): readonly string[] => {
  const [scheme = '', ...parts] = value.split(' ');
  const [, user = '', password = ''] =
    scheme.toLowerCase() === 'basic'
      ? (/^([^:]*):(.*)$/s.exec(Buffer.from(parts.join(''), 'base64').toString()) ?? [])
      : [];
  return [value, ...parts, ...secretsOfUser(user, password)];
};

/** As it was before it was percent-encoded, in an address in which `%%` may stand for `%`. */
export const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text.replaceAll('%%', '%'));
  } catch {
    return text;
  }
};

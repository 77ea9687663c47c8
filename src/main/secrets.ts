const secretKeys = /pass|secret|token|authorization|api-?key|cookie/i;

/** The same configuration without what must not be read back: values of keys that name a secret, and passwords in URLs. */
export const blankSecrets = (value: object): object =>
  JSON.parse(JSON.stringify(value), (key, part: unknown) => {
    if (typeof part === 'string') return secretKeys.test(key) ? '•••' : withoutPassword(part);
    return part;
  }) as object;

const withoutPassword = (text: string): string =>
  text
    .replace(/(:\/\/[^/@:\s]+:)[^/@\s]+@/g, '$1•••@')
    .replace(/([?&][^=&\s]*(?:pass|secret|token|key)[^=&\s]*=)[^&\s]*/gi, '$1•••');

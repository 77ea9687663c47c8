/**
 * Runs outside and inside the context (see dialect.ts). What of a regular expression the server's interpreter cannot do, or
 * undefined: it makes another kind of expression of it, and fails at what that kind does not know when it is first used.
 */
export const patternCheck = () => {
  // What stands under this name later asks here first.
  const Native = RegExp;
  const most = 2_147_483_647;
  const pieces =
    /\\[pP]\{(?<property>[^}]*)\}|\\k<(?<name>[^>]*)>|\\(?<number>[1-9]\d*)|\\.|\[(?:\\.|[^\]\\])*\]|\{(?<least>\d+)(?:,(?<atMost>\d*))?\}|\((?!\?)|\(\?<(?![=!])[^>]*>/gs;
  const properties = /\\[pP]\{(?<property>[^}]*)\}|\\./gs;

  const faultInProperty = (property: string | undefined): string | undefined => {
    if (property === undefined) return undefined;
    try {
      // V8 knows which names are those of a general category.
      new Native(`\\p{gc=${property.replace(/^(?:gc|General_Category)=/, '')}}`, 'u');
      return undefined;
    } catch {
      return `\\p{${property}} is not supported: of Unicode's properties the server knows the general categories only, such as \\p{L} or \\p{Lu}`;
    }
  };
  const faultInClass = (text: string): string | undefined => {
    for (const { groups } of text.matchAll(properties)) {
      const fault = faultInProperty(groups?.property);
      if (fault !== undefined) return fault;
    }
    return undefined;
  };
  const isGroup = (piece: string): boolean => piece[0] === '(';
  const tooEarly = (reference: string): string =>
    `${reference} before its group is not supported: the server's interpreter refuses it`;

  return (pattern: string, flags: string): string | undefined => {
    if (flags.includes('v'))
      return "the flag v of regular expressions is not supported: the server's interpreter does not know it";
    const isUnicode = flags.includes('u');
    const found = [...pattern.matchAll(pieces)];
    const groups = found.filter(({ 0: piece }) => isGroup(piece)).map(({ 0: piece }) => piece);
    const isNamed = groups.some((piece) => piece !== '(');
    let opened = 0;
    for (const { 0: piece, groups: parts = {} } of found) {
      const { property, name, number, least, atMost } = parts;
      if (isGroup(piece)) opened += 1;
      const fault = !isUnicode
        ? undefined
        : piece[0] === '['
          ? faultInClass(piece)
          : faultInProperty(property);
      if (fault !== undefined) return fault;
      if (name !== undefined && isNamed && groups.indexOf(`(?<${name}>`) >= opened) return tooEarly(piece);
      if (number !== undefined && Number(number) > opened && Number(number) <= groups.length)
        return tooEarly(piece);
      if (Number(least ?? 0) > most || Number(atMost ?? 0) > most)
        return `${piece} is not supported: the server counts to ${most}`;
    }
    return undefined;
  };
};

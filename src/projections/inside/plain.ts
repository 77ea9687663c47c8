/**
 * Runs inside the context (see dialect.ts). What in a state would not come back from JSON as it was, or undefined: a state
 * is taken from memory or from the file, and no handler may notice which.
 */
export const plain = () => {
  const { getPrototypeOf, keys, prototype } = Object;
  const { isArray } = Array;
  const { isFinite: isNumber } = Number;
  // The server's own limit is 64.
  const deepest = 60;

  // The path is put together from the inside out, and only when there is something to tell.
  const lossOf = (value: unknown, depth: number): string | undefined => {
    switch (typeof value) {
      case 'string':
      case 'boolean':
        return undefined;
      case 'number':
        return isNumber(value) ? undefined : ` is ${value}`;
      case 'object':
        return value === null ? undefined : lossIn(value, depth + 1);
      case 'undefined':
      case 'bigint':
      case 'symbol':
      case 'function':
        return ` is of type ${typeof value}`;
    }
  };

  const lossIn = (value: object, depth: number): string | undefined => {
    if (depth > deepest) return ' is nested too deeply, or contains itself';
    if (isArray(value)) return lossAmong(value, depth);
    const parent = getPrototypeOf(value);
    if (parent !== prototype && parent !== null)
      return ` is a ${String(parent?.constructor?.name ?? 'thing of its own kind')}`;
    for (const name of keys(value)) {
      const part = (value as Record<string, unknown>)[name];
      // JSON leaves it out, and reading what is left out gives undefined again.
      if (part === undefined) continue;
      const loss = lossOf(part, depth);
      if (loss !== undefined) return `.${name}${loss}`;
    }
    return undefined;
  };

  const lossAmong = (values: readonly unknown[], depth: number): string | undefined => {
    for (let index = 0; index < values.length; index += 1) {
      const loss = lossOf(values[index], depth);
      if (loss !== undefined) return `[${index}]${loss}`;
    }
    return undefined;
  };

  return (value: unknown): string | undefined => {
    const loss = lossOf(value, 0);
    return loss === undefined ? undefined : `state${loss}`;
  };
};

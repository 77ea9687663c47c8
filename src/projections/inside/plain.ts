/**
 * Runs inside the context (see dialect.ts). What in a state would not come back from JSON as it was, here or on the server,
 * or undefined: a state is taken from memory or from the file, and no handler may notice which.
 */
export const plain = () => {
  const { getOwnPropertyDescriptor, getPrototypeOf, keys, prototype } = Object;
  const { ownKeys } = Reflect;
  const { isArray } = Array;
  const { isFinite: isNumber } = Number;
  // The server's own limit is 64.
  const deepest = 60;
  const half = 'half of a character (a lone surrogate)';

  // The path is put together from the inside out, and only when there is something to tell.
  const lossOf = (value: unknown, depth: number): string | undefined => {
    switch (typeof value) {
      case 'string':
        return value.isWellFormed() ? undefined : ` holds ${half}`;
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
    if (parent !== prototype && parent !== null) return lossByParent(parent);
    for (const name of ownKeys(value)) {
      const loss = lossAt(value, name, depth);
      if (loss !== undefined) return loss;
    }
    return undefined;
  };

  const lossByParent = (parent: { readonly constructor?: { readonly name?: unknown } }): string => {
    const kind = parent.constructor?.name;
    if (kind === 'Object') return ' has a prototype of its own (a key __proto__ gives one)';
    return ` is a ${typeof kind === 'string' ? kind : 'thing of its own kind'}`;
  };

  const lossAt = (holder: object, name: string | symbol, depth: number): string | undefined => {
    if (typeof name === 'symbol') return ' has a symbol as a key';
    if (name === '__proto__') return ' has a key __proto__';
    if (!name.isWellFormed()) return ` has a key with ${half}`;
    const property = getOwnPropertyDescriptor(holder, name);
    if (property?.get !== undefined || property?.set !== undefined) return `.${name} is a getter`;
    if (property?.enumerable !== true) return `.${name} is hidden (not enumerable)`;
    // JSON leaves it out, and reading what is left out gives undefined again.
    if (property.value === undefined) return undefined;
    const loss = lossOf(property.value, depth);
    return loss === undefined ? undefined : `.${name}${loss}`;
  };

  const lossAmong = (values: readonly unknown[], depth: number): string | undefined => {
    for (let index = 0; index < values.length; index += 1) {
      const loss = lossOf(values[index], depth);
      if (loss !== undefined) return `[${index}]${loss}`;
    }
    const names = keys(values);
    return names.length === values.length
      ? undefined
      : ` is a list with more than its elements (${names[values.length]})`;
  };

  return (value: unknown): string | undefined => {
    const loss = lossOf(value, 0);
    return loss === undefined ? undefined : `state${loss}`;
  };
};

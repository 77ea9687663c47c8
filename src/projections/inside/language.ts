import type { patternCheck } from './pattern.js';

/** What {@link language} is told: plain data. */
export interface Library {
  readonly builtins: Readonly<Record<string, string>>;
  readonly everywhere: string;
  readonly localised: Readonly<Record<string, string>>;
}

/**
 * Runs inside the context (see dialect.ts). Leaves of the language what the server's interpreter has too, in whichever
 * version of Node: what would be otherwise there is gone, or says so when it is called.
 *
 * What makes regular expressions, and their prototype, stay as they are: V8 has a quick way for expressions, ten times as
 * quick, as long as no context of the process has touched them. Another function stands under the name.
 */
export const language = (
  { builtins, everywhere, localised }: Library,
  faultInPattern: ReturnType<typeof patternCheck>,
): void => {
  const refuse = (message: string): never => {
    const error = new Error(message);
    error.name = 'NotSupported';
    throw error;
  };

  const at = (path: string): object =>
    path
      .split('.')
      .reduce((holder, name) => (holder as Record<string, object>)[name] ?? {}, globalThis as object);
  const keepOnly = (holder: object, names: string): void => {
    const kept = names.split(' ');
    for (const name of Object.getOwnPropertyNames(holder))
      if (!kept.includes(name)) Reflect.deleteProperty(holder, name);
  };
  const typedArrays = Object.getPrototypeOf(Int8Array) as { readonly prototype: object };
  const iterators = Object.getPrototypeOf(Object.getPrototypeOf([].values())) as object;
  keepOnly(iterators, everywhere);
  for (const [path, names] of Object.entries(builtins)) keepOnly(at(path), `${names} ${everywhere}`);

  const localisedOf = (holder: object): void => {
    for (const [name, instead] of Object.entries(localised)) {
      if (!Object.hasOwn(holder, name)) continue;
      const value = () => refuse(`${name} is not supported: ${instead}`);
      Object.defineProperty(holder, name, { value });
    }
  };
  for (const kind of [Object, Array, Number, BigInt, Date, String, typedArrays]) localisedOf(kind.prototype);

  const Native = RegExp;
  const Checked = function (...given: ConstructorParameters<RegExpConstructor>): RegExp {
    const made = Reflect.construct(Native, given, new.target === Checked ? Native : (new.target ?? Native));
    const fault = faultInPattern(made.source, made.flags);
    return fault === undefined ? made : refuse(fault);
  };
  Object.defineProperty(Checked, 'name', { value: 'RegExp' });
  Checked.prototype = Native.prototype;
  Object.defineProperty(globalThis, 'RegExp', { value: Checked, writable: true, configurable: true });
};

import { type Agreements, StoreError } from './port.js';
import { isStorableName } from './serialise.js';

// The versions of the embedded engines: 1, 2, …

/** @throws {StoreError} `invalid` for a name or a text that could not be kept as it is */
export const checkAgreement = ({ name, text }: { readonly name: string; readonly text: string }): void => {
  if (!isStorableName(name) || !(text === '' || isStorableName(text)))
    throw new StoreError('invalid', 'An agreement is well-formed text without NUL, and so is its name.');
};

/**
 * @param current - undefined when there is no agreement yet
 * @throws {StoreError} `conflict` when that is not what was expected
 */
export const nextVersion = (name: string, current: string | undefined, expected: string): string => {
  if ((current ?? 'none') !== expected)
    throw new StoreError('conflict', `${name} is at version ${current ?? 'none'}, not ${expected}.`);
  return String(Number(current ?? 0) + 1);
};

/** Those of the agreements whose names begin so. */
export const agreementsUnder = (prefix: string, agreements: Agreements): Agreements => ({
  read: (name) => agreements.read(`${prefix}${name}`),
  replace: (name, text, expected) => agreements.replace(`${prefix}${name}`, text, expected),
});

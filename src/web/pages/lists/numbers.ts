import type { Visitor } from '../../../access/visitor.js';
import { dialled } from '../../../domain/numbers.js';
import { PageError } from '../pageError.js';
import { type Parts, valueIn, without } from './address.js';

/** Hides an identity in an address of who may not see it. */
export interface Seals {
  seal(identity: string): string;
  open(seal: string): string | undefined;
}

/** A whole number, in any spelling: fewer digits are a word. */
export const isWholeNumber = (text: string): boolean => /^\d{7,}$/.test(dialled(text));

/** Under which an identity stands that was sealed. */
export const sealedPart = 'who';

/**
 * The question as the address of who may not see numbers may have it: one that they typed is sealed, so that it stands in no page, no history
 * and no log.
 *
 * @param typed - the parts in which an identity may be typed; those of `whole` only as a whole number
 * @returns undefined when it may stay as it is
 */
export const sealedParts = (
  parts: Parts,
  { seesNumbers }: Visitor,
  seals: Seals,
  typed: { readonly any: readonly string[]; readonly whole: readonly string[] },
): Parts | undefined => {
  if (seesNumbers) return undefined;
  const found = parts.find(
    ([name, value]) => typed.any.includes(name) || (typed.whole.includes(name) && isWholeNumber(value)),
  );
  if (found === undefined) return undefined;
  const [name, identity] = found;
  return [...without(parts, name, sealedPart), [sealedPart, seals.seal(identity.trim())]];
};

/** @throws {PageError} for a seal of another router */
export const openedPart = (parts: Parts, seals: Seals): string | undefined => {
  const seal = valueIn(parts, sealedPart);
  if (seal === '') return undefined;
  const identity = seals.open(seal);
  if (identity === undefined)
    throw new PageError(400, 'This link is not of this router: look for the number anew.');
  return identity;
};

import { shortenedNumber } from '../../../access/numbers.js';
import type { How } from '../../../deadletters/bulk.js';
import type { Choice } from '../../../deadletters/desk.js';
import { type Kind, kinds } from '../../../deadletters/waiting.js';
import type { Form } from '../form.js';
import { addressOf, type Parts, valueIn, without } from '../lists/address.js';
import { openedPart, type Seals, sealedPart } from '../lists/numbers.js';
import type { Chip } from '../lists/parts.js';
import { PageError } from '../pageError.js';

export const deadLettersPath = '/deadletters/';

/** As they stand in the address. */
export const filterNames = ['kind', 'backend', 'cause', 'identity', sealedPart];

export const kindIn = (filters: Parts): Kind | undefined => {
  const given = valueIn(filters, 'kind');
  return kinds.find((kind) => kind === given);
};

/** @throws {PageError} */
export const choiceIn = (filters: Parts, seals: Seals, kind: Kind): Choice => {
  const given = (name: string) => valueIn(filters, name) || undefined;
  return {
    kind,
    backend: given('backend'),
    cause: given('cause'),
    identity: given('identity') ?? openedPart(filters, seals),
  };
};

export const chipsOf = (filters: Parts, seals: Seals): readonly Chip[] =>
  filters
    .filter(([name]) => name !== 'kind')
    .map(([name, value]) => ({
      part: name === 'cause' ? 'error' : name === sealedPart || name === 'identity' ? 'who' : name,
      said: name === sealedPart ? shortenedNumber(seals.open(value) ?? '') : value,
      href: addressOf(deadLettersPath, without(filters, name)),
    }));

/** The list from which a form comes. */
export const partsOf = (form: Form): Parts =>
  filterNames.flatMap((name) => form.all(name).map((value) => [name, value] as const));

export const howIn = (given: string): How => {
  if (given === 'requeue' || given === 'discard') return given;
  throw new PageError(400, `do: expected requeue or discard, got “${given}”.`);
};

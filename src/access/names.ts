import { tokenCategory, userCategory } from '../domain/accessEvents.js';
import { AccessError } from './accessError.js';
import { developmentVisitor } from './visitor.js';

/** Letters of any script. Nothing that could be taken for another kind of who asks: `token:…`, `… at a terminal`. */
const userName = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}._-]{0,63}$/u;
/** It stands in a header. */
const tokenName = /^[a-z0-9][a-z0-9-]{0,63}$/;

/** The first admin, unless others are added before the first start. */
export const firstAdmin = 'admin';

/** As it is kept and compared: whoever types it need not think of capitals. */
export const sameName = (given: string): string => given.trim().normalize('NFKC').toLowerCase();

/** @throws {AccessError} `bad-name` */
export const checkedUserName = (given: string): string => {
  const name = sameName(given);
  if (userName.test(name) && name !== developmentVisitor.name) return name;
  throw new AccessError(
    'bad-name',
    `A user's name is made of letters, digits, dots, - and _, begins with a letter or digit, has at most 64 of them, and is not ${developmentVisitor.name}.`,
  );
};

/** @throws {AccessError} `bad-name` */
export const checkedTokenName = (given: string): string => {
  const name = sameName(given);
  if (tokenName.test(name)) return name;
  throw new AccessError(
    'bad-name',
    "A token's name is made of letters from a to z, digits and -, begins with a letter or digit, and has at most 64 of them.",
  );
};

export const userStream = (name: string): string =>
  `${userCategory}-${encodeURIComponent(name.toWellFormed())}`;
export const tokenStream = (name: string): string => `${tokenCategory}-${name}`;

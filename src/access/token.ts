// A token of the API, folded from the events of its stream.
import type { TokenEvent } from '../domain/accessEvents.js';
import { isScope, isText, isTime } from './said.js';
import type { Scope } from './visitor.js';

export interface Token {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly seesNumbers: boolean;
  readonly sha256: string;
  readonly addedAt: string;
  readonly addedBy: string;
  readonly endsAt: string;
}

/** The token after one more event; undefined: there is none. Never throws. */
export const evolveToken = (token: Token | undefined, { type, data }: TokenEvent): Token | undefined => {
  switch (type) {
    case 'TokenAdded':
      return token ?? added(data);
    case 'TokenRevoked':
      return undefined;
  }
};

const added = (data: Extract<TokenEvent, { type: 'TokenAdded' }>['data']): Token | undefined => {
  const { name, scopes, seesNumbers, sha256, by, addedAt, endsAt } = data;
  if (!isText(name) || !isText(sha256) || !isTime(endsAt) || !Array.isArray(scopes)) return undefined;
  return {
    name,
    // A scope that only a newer version knows allows nothing here.
    scopes: scopes.filter(isScope),
    seesNumbers: seesNumbers === true,
    sha256,
    addedAt: String(addedAt),
    addedBy: String(by),
    endsAt,
  };
};

/** What begins so is a token: whoever finds one in a log knows what it is. */
const begins = 'threadless_';

/** As it is given out, once. */
export const tokenText = (name: string, secret: string): string => `${begins}${name}.${secret}`;

/** Undefined for what is no token's text. */
export const partsOfToken = (
  text: string,
): { readonly name: string; readonly secret: string } | undefined => {
  const [, name, secret] = /^threadless_([a-z0-9-]{1,64})\.([\w-]{20,100})$/.exec(text) ?? [];
  return name === undefined || secret === undefined ? undefined : { name, secret };
};

import { type Agreements, StoreError } from '../port.js';
import { isStorableName } from '../serialise.js';
import type { FormerTexts } from './former.js';
import type { LatestTexts } from './latest.js';
import type { Session } from './session.js';

/** The version of an agreement is the revision of its stream: of two writers that expect the same one, one gets it. */
export const agreementsIn = (session: Session, texts: LatestTexts): Agreements => ({
  read: async (name) => {
    session.check();
    const latest = await texts.read(name);
    return latest && { text: latest.text, version: latest.revision.toString() };
  },
  replace: async (name, text, expected) => {
    session.check();
    checkName(name);
    const revision = await texts.write(name, text, expected === 'none' ? 'none' : revisionOf(expected));
    return revision.toString();
  },
});

/**
 * The same for agreements that an earlier version of the router may have made, in other streams, and may be working by still.
 * Whoever makes the first of the new ones has replaced the former one before, by one that says so: an earlier version finds
 * that and does not understand it, and of several that do so at once one gets it.
 */
export const movedAgreements = (session: Session, texts: LatestTexts, former: FormerTexts): Agreements => {
  const latest = agreementsIn(session, texts);
  /** Into the stream where it belongs. Who found that it was not there yet may have done so in place of who moved it. */
  const settle = (name: string, text: string): Promise<string> =>
    latest.replace(name, text, 'none').catch((error: unknown) => {
      if (error instanceof StoreError && error.code === 'conflict') return '0';
      throw error;
    });
  return {
    read: async (name) => {
      const agreement = await latest.read(name);
      if (agreement) return agreement;
      const before = await former.read(name);
      return before && { text: before.moved ?? before.text, version: `${formerly}${before.revision}` };
    },
    replace: async (name, text, expected) => {
      session.check();
      checkName(name);
      if (expected !== 'none' && !expected.startsWith(formerly)) return latest.replace(name, text, expected);
      const before = expected === 'none' ? undefined : await former.read(name);
      if (before?.moved !== undefined && expected === `${formerly}${before.revision}`)
        return latest.replace(name, text, await settle(name, before.moved));
      const revision = expected === 'none' ? expected : revisionOf(expected.slice(formerly.length));
      await former.move(name, text, revision);
      return settle(name, text);
    },
  };
};

/** Before the revisions of the former stream. */
const formerly = 'former ';

const checkName = (name: string): void => {
  if (!isStorableName(name))
    throw new StoreError('invalid', 'The name of an agreement must be text without NUL.');
};

/** A version that this engine never gave out is none that the agreement can be at. */
const revisionOf = (version: string): bigint => (/^\d{1,19}$/.test(version) ? BigInt(version) : -1n);

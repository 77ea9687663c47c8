import { type Agreements, StoreError } from '../port.js';
import { isStorableName } from '../serialise.js';
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
    if (!isStorableName(name))
      throw new StoreError('invalid', 'The name of an agreement must be text without NUL.');
    const revision = await texts.write(name, text, expected === 'none' ? 'none' : revisionOf(expected));
    return revision.toString();
  },
});

/** A version that this engine never gave out is none that the agreement can be at. */
const revisionOf = (version: string): bigint => (/^\d{1,19}$/.test(version) ? BigInt(version) : -1n);

import { type Checkpoints, StoreError } from '../port.js';
import { isStorableName } from '../serialise.js';
import type { FormerTexts } from './former.js';
import type { LatestTexts } from './latest.js';
import type { Session } from './session.js';

/** How far readers have got, for the whole cluster of routers: a reader that moves to another machine goes on there. */
export const checkpointsIn = (session: Session, texts: LatestTexts, former: FormerTexts): Checkpoints => ({
  load: async (name) => {
    session.check();
    return ((await texts.read(name)) ?? (await former.read(name)))?.text;
  },
  save: async (name, position, timeline) => {
    session.check();
    if (!isStorableName(name)) {
      throw new StoreError('invalid', 'The name of a checkpoint must be text without NUL.');
    }
    await texts.write(name, position, 'any', timeline);
  },
});

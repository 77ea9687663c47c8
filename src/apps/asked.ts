import type { Phase } from '../domain/events.js';
import type { AnyApp } from './app.js';

/** The apps that are asked in each phase, in the order in which they are. */
export type Asked = Readonly<Record<Phase, readonly AnyApp[]>>;

/** Made once: for each message there would be several times as many apps to pass over as there are to ask. */
const known = new WeakMap<readonly AnyApp[], Asked>();

/** @param apps - as they stay */
export const askedOf = (apps: readonly AnyApp[]): Asked => {
  const before = known.get(apps);
  if (before !== undefined) return before;
  const having = (phase: Phase) => apps.filter((app) => app[phase] !== undefined);
  const asked: Asked = {
    filter: having('filter'),
    parse: having('parse'),
    handle: having('handle'),
    default: having('default'),
    cleanup: having('cleanup'),
    outgoing: having('outgoing').reverse(),
  };
  known.set(apps, asked);
  return asked;
};

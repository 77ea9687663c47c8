import type { App } from '../../../src/apps/app.js';

/** Mended after the first try of each: a requeue works. */
const seen = new Set<string>();

const app: App = {
  name: 'malaria',
  handle: (message) => {
    const [, what] = /^report(.*)$/s.exec(message.text) ?? [];
    if (what === undefined) return undefined;
    if (!seen.has(message.id)) {
      seen.add(message.id);
      throw new Error(`no cases of${what}`);
    }
    return true;
  },
};

export default app;

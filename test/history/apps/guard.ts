import type { App } from '../../../src/apps/app.js';

/** Keeps advertising out. */
export default {
  name: 'guard',
  filter: ({ text }) => /^(win|promo)\b|https?:\/\//iu.test(text),
} satisfies App;

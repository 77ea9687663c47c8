import type { ApiRoute } from '../api/route.js';
import type { PageRoute } from './route.js';
import type { Tab } from './tabs.js';

/** What is about one thing: its pages, and the same for programs. */
export interface SitePart {
  readonly pages: readonly PageRoute[];
  readonly api: readonly ApiRoute[];
  /** Of pages that are not ours: they come last in the menu. */
  readonly tabs?: readonly Tab[];
}

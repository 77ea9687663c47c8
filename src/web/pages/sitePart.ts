import type { ApiRoute } from '../api/route.js';
import type { PageRoute } from './route.js';

/** What is about one thing: its pages, and the same for programs. */
export interface SitePart {
  readonly pages: readonly PageRoute[];
  readonly api: readonly ApiRoute[];
}

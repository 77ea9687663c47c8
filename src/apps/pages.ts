import type { Connection } from '../domain/connection.js';
import type { Html } from './html.js';

/** What a page of an app is asked. */
export interface AppPageRequest {
  readonly query: URLSearchParams;
  readonly visitor: { readonly name: string; readonly role: string };
}

/** What a page of an app can look at. Nothing of it changes anything. */
export interface AppPageContext {
  readonly now: Date;
  /**
   * Messages, the newest first, as the projection `messages` knows them.
   *
   * @param question - each part as `threadless audit messages` takes it: `{ app: 'stock', since: '7d', limit: '100' }`
   */
  messages(question: Readonly<Record<string, string>>): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** What this app remembers of a conversation; undefined when there is none. */
  memory(connection: Connection): Promise<unknown>;
  /** Where the conversation with someone is read. */
  pathOf(connection: Connection): string;
}

/** A page that an app brings, at `/apps/<app>/<path>/`, in the same frame and behind the same login as all others. */
export interface AppPage {
  /** Letters, digits, `-` and `_`. */
  readonly path: string;
  /** In the menu, and the heading of the page. */
  readonly title: string;
  render(request: AppPageRequest, context: AppPageContext): Html | Promise<Html>;
}

/** @throws {TypeError} in a sentence */
export const checkPages = (app: string, pages: unknown): void => {
  if (pages === undefined) return;
  if (!Array.isArray(pages)) throw new TypeError(`App ${app}: pages must be a list.`);
  for (const page of pages as readonly Partial<AppPage>[]) {
    if (typeof page?.path !== 'string' || !/^[\w-]+$/.test(page.path))
      throw new TypeError(`App ${app}: the path of a page is made of letters, digits, - and _.`);
    if (typeof page.title !== 'string' || page.title === '')
      throw new TypeError(`App ${app}: the page ${page.path} needs a title.`);
    if (typeof page.render !== 'function')
      throw new TypeError(`App ${app}: the page ${page.path} needs a function render.`);
  }
  const paths = (pages as readonly AppPage[]).map(({ path }) => path);
  const twice = paths.find((path, index) => paths.indexOf(path) !== index);
  if (twice !== undefined) throw new TypeError(`App ${app}: two pages have the path ${twice}.`);
};

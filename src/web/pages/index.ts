import type Router from '@koa/router';
import type { RouterContext } from '@koa/router';
import { may } from '../../access/rights.js';
import type { Log } from '../../domain/log.js';
import type { EventStore } from '../../store/port.js';
import type { ApiRoute } from '../api/route.js';
import { apiIndexPage } from './apiIndex.js';
import { mountAssets } from './assets.js';
import type { Frame } from './frame.js';
import { concernsOf, LiveNotices } from './live.js';
import { mountPages, type PagesNeeds } from './mount.js';
import type { PageRoute } from './route.js';
import { standingPages } from './standing.js';
import { type Tab, type TabWish, tabsOf } from './tabs.js';

export interface SiteNeeds extends Omit<PagesNeeds, 'frame'> {
  readonly frame: Omit<Frame, 'tabs'>;
  readonly tabs: readonly TabWish[];
  /** Pages that apps bring. */
  readonly brought: readonly Tab[];
  /** For the page that shows them. */
  readonly api: readonly ApiRoute[];
  readonly store: Pick<EventStore, 'subscribe'>;
  readonly log: Log;
}

/** Everything for a browser: pages, what they are dressed with, and the notices that make them live. */
export const mountSite = (router: Router, needs: SiteNeeds, stopping: AbortSignal): void => {
  const routes: readonly PageRoute[] = [...needs.routes, ...standingPages, apiIndexPage(needs.api)];
  const present = new Set(routes.flatMap(({ method, path }) => (method === 'GET' ? [path] : [])));
  mountAssets(router);
  mountPages(router, {
    ...needs,
    routes,
    frame: { ...needs.frame, tabs: tabsOf(needs.tabs, present, needs.brought) },
  });
  const notices = new LiveNotices(needs.store, needs.log);
  router.get('/live', (ctx) => answerLive(ctx, needs, notices, stopping));
};

/** A browser asks for all its tabs at once. */
const maxTopics = 50;

const answerLive = async (
  ctx: RouterContext,
  { visitorOf, paths }: SiteNeeds,
  notices: LiveNotices,
  stopping: AbortSignal,
): Promise<void> => {
  const visitor = await visitorOf(ctx);
  if (visitor === undefined) ctx.throw(401, 'Log in first.');
  if (!may(visitor, 'see')) ctx.throw(403, `${visitor.name} may not see this.`);
  const names = [ctx.query.topic ?? []].flat().slice(0, maxTopics);
  const topics = names.flatMap((name) => {
    const concerns = concernsOf(name, (path) => {
      const [, backend = '', identity = ''] = /^\/conversations\/([^/]+)\/([^/]+)\/$/.exec(path) ?? [];
      return backend === '' ? undefined : paths.connection(backend, identity);
    });
    return concerns === undefined ? [] : [{ name, concerns }];
  });
  if (topics.length === 0) ctx.throw(400, 'topic: expected what the pages ask for.');
  if (notices.isFull) {
    ctx.set('Retry-After', '10');
    ctx.throw(503, 'Too many browsers listen already. Please try again later.');
  }
  ctx.respond = false;
  ctx.res.writeHead(200, {
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-store',
    'X-Accel-Buffering': 'no',
  });
  notices.listen(ctx.res, topics, stopping);
};

import type Router from '@koa/router';
import type { RouterContext } from '@koa/router';
import { Networks } from '../access/networks.js';
import { isHere } from './visitors/here.js';
import { isProxied } from './visitors/proxies.js';

/** What a scrape gets. */
export interface Exposition {
  readonly contentType: string;
  text(): Promise<string>;
}

export interface ScrapeNeeds {
  readonly exposition: Exposition;
  /** Who may ask from elsewhere: addresses and networks, `10.0.0.0/8`. */
  readonly from: readonly string[];
  /** Whether who asks has shown that they may read. */
  readonly mayRead: (ctx: RouterContext) => Promise<boolean>;
}

/** `GET /metrics`, in Prometheus' format. */
export const mountMetrics = (router: Router, needs: ScrapeNeeds): void => {
  const mayScrape = scrapeTest(needs);
  router.get('/metrics', async (ctx) => {
    ctx.set('Cache-Control', 'no-store');
    if (!(await mayScrape(ctx))) {
      ctx.status = 403;
      ctx.body =
        'This is answered on the machine of the router, to the addresses in metrics.from, and to a token with the scope read.\n';
      return;
    }
    ctx.set('Content-Type', needs.exposition.contentType);
    ctx.body = await needs.exposition.text();
  });
};

const scrapeTest = ({ from, mayRead }: ScrapeNeeds): ((ctx: RouterContext) => Promise<boolean>) => {
  const networks = new Networks(from);
  return async (ctx) => isHere(ctx) || networks.has(addressOf(ctx)) || mayRead(ctx);
};

/** A proxy asks for others: its own address says nothing of them, and what it says of them counts where it is trusted. */
const addressOf = (ctx: RouterContext): string => {
  if (!isProxied(ctx.req)) return ctx.req.socket.remoteAddress ?? '';
  return ctx.app.proxy ? ctx.ip : '';
};

// Pages and API as someone sees them who is not the one that a development mode lets in.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Router from '@koa/router';
import type { ExecutionContext } from 'ava';
import Koa from 'koa';
import type { Visitor } from '../../src/access/visitor.js';
import { mountApi } from '../../src/web/api/mount.js';
import { ConversationPaths } from '../../src/web/api/paths.js';
import { mountPages } from '../../src/web/pages/mount.js';
import type { SitePart } from '../../src/web/pages/sitePart.js';
import { formTokens } from '../../src/web/visitors/formTokens.js';
import { silentLog } from '../support/log.js';

export const viewer: Visitor = { name: 'vera', role: 'viewer', by: 'vera', seesNumbers: false };
export const paths = new ConversationPaths('a secret of thirty-two characters');

/** @returns where it listens */
export const seenBy = async (
  t: ExecutionContext,
  visitor: Visitor,
  { pages, api }: SitePart,
): Promise<string> => {
  const router = new Router();
  mountPages(router, {
    routes: pages,
    frame: { title: '', version: '0', node: 'main', isOpen: false, tabs: [] },
    paths,
    zone: { name: 'UTC', offsetAt: () => 0 },
    formTokens: formTokens('a secret'),
    now: () => Date.parse('2026-03-20T12:00:00Z'),
    visitorOf: async () => visitor,
  });
  const stopping = new AbortController();
  mountApi(
    router,
    { routes: api, version: '0', callerOf: async () => visitor, log: silentLog },
    stopping.signal,
  );
  const server = createServer(new Koa().use(router.routes()).callback());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    stopping.abort();
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

// Whatever pages and routes there are: none without a login, no form without a token, no role above its rights.
import test from 'ava';
import { admin, Browser, password, send } from './support.js';

interface Found {
  readonly pages: readonly string[];
  /** Where forms lead that change something. */
  readonly forms: readonly string[];
  /** Pages with a form that has no token. */
  readonly bare: readonly string[];
}

const mostPages = 150;

/** Follows every link from page to page. */
const crawl = async (browser: Browser, url: string): Promise<Found> => {
  const pages = new Set<string>();
  const forms = new Set<string>();
  const bare: string[] = [];
  const open = ['/', '/users/', '/tokens/', '/account/', '/httptester/', '/messages/', '/deadletters/'];
  for (let path = open.shift(); path !== undefined && pages.size < mostPages; path = open.shift()) {
    if (pages.has(path)) continue;
    const { status, headers, body } = await browser.get(path);
    if (status === 303 || status === 302) open.push(new URL(String(headers.location), url).pathname);
    if (status !== 200 || !String(headers['content-type']).startsWith('text/html')) continue;
    pages.add(path);
    for (const [, href = ''] of body.matchAll(/<a [^>]*href="([^"]*)"/g)) {
      const to = new URL(href.replaceAll('&amp;', '&'), url + path);
      if (to.origin === new URL(url).origin && !to.pathname.startsWith('/api/v1/')) open.push(to.pathname);
    }
    for (const [form, attributes = ''] of body.matchAll(/<form ([^>]*)>.*?<\/form>/gs)) {
      if (!attributes.includes('method="post"')) continue;
      if (!form.includes('name="formToken"')) bare.push(path);
      forms.add(new URL(/action="([^"]*)"/.exec(attributes)?.[1] ?? '', url + path).pathname);
    }
  }
  return { pages: [...pages], forms: [...forms], bare };
};

test('pages: each asks for a login, and each form for its token and the right', async (t) => {
  const { browser, url, router } = await admin(t);
  await router.incoming('httptester', '256700000001', 'ping');
  const made = await browser.submit('/users/', '/users/', { name: 'vera', role: 'viewer' });
  await browser.submit('/tokens/', '/tokens/', { name: 'shop', scope: 'read', ends: '1d' });
  const { pages, forms, bare } = await crawl(browser, url);
  t.true(pages.includes('/users/vera/remove/') && forms.includes('/users/vera/remove/'), String(pages));
  t.deepEqual(bare, []);
  const stranger = new Browser(url);
  for (const path of pages) t.is((await stranger.get(path)).status, 303, path);
  for (const path of forms) {
    t.true([303, 403].includes((await stranger.post(path, {})).status), path);
    t.is((await browser.post(path, {})).status, 403, path);
  }

  const link = /link=([\w-]+)/.exec(made.body)?.[1] ?? '';
  const viewer = new Browser(url);
  await viewer.submit(`/setup/?name=vera&link=${link}`, '/setup/', { name: 'vera', link, password });
  const seen = await crawl(viewer, url);
  t.true(seen.pages.includes('/account/'));
  t.deepEqual(
    seen.pages.filter((path) => path.startsWith('/users/') || path.startsWith('/tokens/')),
    [],
  );
  for (const path of forms.filter((one) => one.startsWith('/users/') || one.startsWith('/tokens/'))) {
    const { status, body } = await viewer.submit('/account/', path, { role: 'admin' });
    t.is(status, 403, path);
    t.regex(body, /not for the role viewer/);
  }
});

test('the API: each route asks for a token, and for the scope that its right is in', async (t) => {
  const { browser, url } = await admin(t);
  const made = await browser.submit('/tokens/', '/tokens/', { name: 'list', scope: 'read', ends: '1d' });
  const [token = ''] = /threadless_list\.[\w-]+/.exec(made.body) ?? [];
  const { paths } = JSON.parse((await browser.get('/api/v1/openapi.json')).body) as {
    paths: Record<string, Record<string, { 'x-right': string }>>;
  };
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { 'x-right': right }]) => ({ path, method, right })),
  );
  t.true(routes.some(({ right }) => right === 'administer'));
  for (const { path, method, right } of routes) {
    const address = `${url}/api/v1${path.replaceAll(/\{\w+\}/g, 'x')}`;
    const ask = (headers: Record<string, string>) =>
      send(address, {
        method: method.toUpperCase(),
        headers: { 'content-type': 'application/json', ...headers },
      });
    t.is((await ask({})).status, 401, `${method} ${path}`);
    if (right !== 'see')
      t.is((await ask({ authorization: `Bearer ${token}` })).status, 403, `${method} ${path}`);
  }
});

// Every page that a link leads to, as people with all sorts of screens meet it.
import test, { type ExecutionContext } from 'ava';
import type { Page } from 'playwright-core';
import { ReceiverServer, secret } from '../webhooks/support/receiver.js';
import { closeBrowser, fits, isAccessible, looks, openPage } from './support/browser.js';
import { router, say } from './support/router.js';

test.after.always(closeBrowser);

const hostile = '<img src=x onerror=alert(1)>"\'`{{1}}\u202Egnol %0d%0a\u0007';

/** People with names and texts that try to act, a message that failed, one that nobody took, and one in another script. */
const fill = async (url: string): Promise<void> => {
  await say(url, '256700000001', `register ${hostile}`);
  await say(url, '256700000001', 'visit Kojja school');
  await say(url, 'a/b#?\\..', `echo ${hostile}`);
  await say(url, '256700000002', 'fail');
  await say(url, '256700000003', 'تسجيل ليلى');
  await say(url, '256700000004', 'ping', 'httptester-private');
};

/** A router whose webhook is refused: its calls are put aside. */
const filled = async (t: ExecutionContext): Promise<string> => {
  const receiver = new ReceiverServer(() => 422);
  const register = { url: await receiver.listen(), secret, testers: true, giveUpAfterMs: 1 };
  t.teardown(() => receiver.close());
  const { url } = await router(t, { webhooks: { register: { ...register, retry: { firstDelayMs: 1 } } } });
  await fill(url);
  return url;
};

/** Links of this router that can be looked at again and again, those of one kind once. */
const linksOn = async (page: Page): Promise<readonly string[]> => {
  const hrefs = await page
    .locator('a[href]')
    .evaluateAll((links) => links.map((link) => (link as unknown as { href: string }).href));
  const { origin } = new URL(page.url());
  return hrefs
    .filter((href) => href.startsWith(origin))
    .map((href) => href.slice(origin.length).replace(/#.*$/, ''));
};

/** Of many messages or places in a list one is looked at. */
const kindOf = (path: string): string =>
  path
    .replace(/\?.*$/, (query) => `?${[...new URLSearchParams(query).keys()].toSorted().join()}`)
    .replace(/^\/(conversations|httptester)\/[^?]*?(?=test\/|\?|$)/, '/$1/…/')
    .replace(/^\/(replay|message|webhooks|users)\/[^/?]+\//, '/$1/…/');

/** What is no page: it is kept, or streamed. */
const isFile = (path: string): boolean => /download=|export|format=|\/api\/v1\//.test(path);

const crawl = async (
  t: ExecutionContext,
  page: Page,
  look: (path: string) => Promise<void>,
): Promise<readonly string[]> => {
  const { origin } = new URL(page.url());
  const [waiting, seen] = [['/'], new Set<string>()];
  for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
    if (seen.has(kindOf(path)) || isFile(path)) continue;
    seen.add(kindOf(path));
    const response = await page.goto(origin + path);
    t.true((response?.status() ?? 0) < 400 || path.endsWith('/test/'), `${path}: ${response?.status()}`);
    await look(path);
    waiting.push(...(await linksOn(page)));
  }
  return [...seen];
};

for (const look of looks) {
  test(`every page fits and can be used by everyone, at ${look.width} px, ${look.scheme}`, async (t) => {
    const url = await filled(t);
    const page = await openPage(t, `${url}/httptester/httptester-public/256700000001/`, look);
    let acted = 0;
    page.on('dialog', async (dialog) => {
      acted += 1;
      await dialog.dismiss();
    });
    const seen = await crawl(t, page, async () => {
      t.is(await page.locator('h1').count(), 1, page.url());
      await fits(t, page);
      await isAccessible(t, page);
    });
    for (const tab of [
      '/messages/',
      '/deadletters/',
      '/backends/',
      '/apps/',
      '/replay/',
      '/webhooks/',
      '/webhooks/…/',
      '/httptester/…/',
      '/conversations/…/',
    ])
      t.true(
        seen.some((path) => path.startsWith(tab)),
        `${tab} was not reached of ${seen.join(' ')}`,
      );
    t.is(acted, 0);
  });
}

test('every page is readable without scripts', async (t) => {
  const url = await filled(t);
  const page = await openPage(t, `${url}/httptester/httptester-public/256700000001/`, { scripts: false });
  await crawl(t, page, async () => {
    t.true(((await page.locator('main').textContent()) ?? '').length > 40, page.url());
  });
});

test('a first page comes in under 100 kB, and a page that is left open asks nobody', async (t) => {
  const url = await filled(t);
  // Nothing of the pages is kept yet.
  const page = await openPage(t, `${url}/healthz`);
  let asked = 0;
  const bodies: Promise<number>[] = [];
  page.on('response', (response) => {
    // What tells of news has no end.
    if (!response.url().includes('/live?')) bodies.push(response.body().then(({ length }) => length));
  });
  await page.goto(`${url}/messages/`);
  await page.waitForLoadState('networkidle');
  // As they are, before they are packed for the way.
  const bytes = (await Promise.all(bodies)).reduce((sum, length) => sum + length, 0);
  t.true(bytes > 5_000 && bytes < 100_000, `${bytes} bytes`);
  page.on('request', () => {
    asked += 1;
  });
  // Two signs of life would have come by then, were it polled each second.
  await page.waitForTimeout(2_500);
  t.is(asked, 0);
});

// A router with pages, seen as a browser and a program see it.
import type { ExecutionContext } from 'ava';
import { startRouter } from '../../src/main/index.js';
import { readyWhen, settled, sourcesOf } from '../projections/support/router.js';
import { silentLog } from '../support/log.js';

/** Names that break addresses, tables, scripts and the direction of a line. */
export const hostile = [
  'a/b#c?d\\e',
  '../..',
  'blank and  blanks',
  '👩🏾‍⚕️ nurse',
  '<script>alert(1)</script>',
  '\u202Edrowssap\u202C',
  '%2F%00&amp;"\'',
  '~41~~',
] as const;

export const site = async (t: ExecutionContext, overrides: object = {}) => {
  const sources = sourcesOf(t);
  const router = await startRouter({
    ...sources,
    log: silentLog,
    overrides: {
      ...sources.overrides,
      eventStore: { engine: 'memory' },
      backends: { played: { engine: 'httptester' } },
      ...overrides,
    },
  });
  t.teardown(() => router.stop());
  await readyWhen(router.url, settled);
  let cookies = '';
  const get = async (path: string) => {
    const response = await fetch(`${router.url}${path}`, {
      headers: { cookie: cookies },
      redirect: 'manual',
    });
    const [cookie] = response.headers.get('set-cookie')?.split(';') ?? [];
    if (cookie?.startsWith('browser=') === true) cookies = cookie;
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  /** A form of a page, filled in. */
  const post = async (path: string, page: string, fields: Readonly<Record<string, string>>) => {
    const [, token = ''] = /name="formToken" value="([^"]+)"/.exec((await get(page)).text) ?? [];
    const response = await fetch(`${router.url}${path}`, {
      method: 'POST',
      headers: { cookie: cookies, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ ...fields, formToken: token }),
      redirect: 'manual',
    });
    return {
      status: response.status,
      location: response.headers.get('location'),
      said: saidIn(response.headers),
      text: await response.text(),
    };
  };
  /** Until the page says so: lists come a moment after what they list. */
  const until = async (path: string, holds: (text: string) => boolean): Promise<string> => {
    for (;;) {
      const { text } = await get(path);
      if (holds(text)) return text;
    }
  };
  return { router, get, post, until };
};

const saidIn = (headers: Headers): string | undefined => {
  const [, kept] = /(?:^|, )said=([^;]+)/.exec(headers.get('set-cookie') ?? '') ?? [];
  return kept === undefined ? undefined : JSON.parse(Buffer.from(kept, 'base64url').toString()).text;
};

/** Where links lead, as a browser reads them. */
export const linksIn = (html: string): readonly string[] =>
  [...html.matchAll(/href="([^"]+)"/g)].map(([, href = '']) =>
    href.replaceAll('&amp;', '&').replaceAll('&quot;', '"'),
  );

/** The words of a page. */
export const wordsOf = (html: string): string =>
  html
    .replace(/<svg width="0".*?<\/svg>/gs, '')
    .replace(/<[^>]+>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');

import type { ExecutionContext } from 'ava';
import { startRouter } from '../../../src/main/index.js';
import type { EventStore } from '../../../src/store/port.js';

export interface Site {
  readonly url: string;
  readonly store: EventStore;
  readonly incoming: (backend: string, identity: string, text: string) => Promise<unknown>;
  readonly stop: () => Promise<boolean>;
}

/** A router in memory whose pages and API are asked over HTTP, without a login. */
export const site = async (t: ExecutionContext, overrides: object = {}): Promise<Site> => {
  const router = await startRouter({
    env: {},
    overrides: {
      http: { port: 0 },
      eventStore: { engine: 'memory' },
      log: { level: 'silent' },
      backends: { 'my-kannel-backend': null, 'simple-http': null, httptester: { engine: 'httptester' } },
      ...overrides,
    },
  });
  t.teardown(() => router.stop());
  return {
    url: router.url ?? '',
    store: router.store,
    incoming: (backend, identity, text) => router.incoming(backend, identity, text),
    stop: () => router.stop(),
  };
};

/** A page, with the cookies of its browser and the token of its forms. */
export const pageOf = async (
  url: string,
): Promise<{ readonly html: string; readonly cookie: string; readonly token: string }> => {
  const response = await fetch(url);
  const html = await response.text();
  const cookie = response.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ');
  const [, token = ''] = /name="formToken" value="([^"]+)"/.exec(html) ?? [];
  return { html, cookie, token };
};

/** As a browser sends a form, without following where it leads. */
export const post = (
  url: string,
  { cookie, token }: { readonly cookie: string; readonly token: string },
  fields: Readonly<Record<string, string>>,
): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie },
    body: new URLSearchParams({ formToken: token, ...fields }),
  });

// A router in login mode, and a browser that keeps its cookies.
import { request } from 'node:http';
import type { ExecutionContext } from 'ava';
import { startRouter } from '../../../src/main/index.js';
import { sourcesOf } from '../../projections/support/router.js';

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export type Headers = Readonly<Record<string, string>>;

/** With a host and headers of one's own, which fetch does not send. */
export const send = (
  url: string,
  { method = 'GET', headers = {}, body }: { method?: string; headers?: Headers; body?: string } = {},
): Promise<Answered> =>
  new Promise((resolve, reject) => {
    const sent = request(url, { method, headers });
    sent.once('error', reject).once('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
    sent.end(body);
  });

export class Browser {
  readonly cookies = new Map<string, string>();
  /** As they were set. */
  readonly set: string[] = [];

  constructor(
    private readonly url: string,
    private readonly headers: Headers = {},
  ) {}

  get(path: string, headers: Headers = {}): Promise<Answered> {
    return this.#send(path, { headers });
  }

  /** Loads the page with the form first, as a person does. */
  async submit(page: string, path: string, fields: Readonly<Record<string, string>>): Promise<Answered> {
    const [, formToken = ''] = /name="formToken" value="([^"]+)"/.exec((await this.get(page)).body) ?? [];
    return this.post(path, { formToken, ...fields });
  }

  post(path: string, fields: Readonly<Record<string, string>>, headers: Headers = {}): Promise<Answered> {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    return this.#send(path, {
      method: 'POST',
      headers: { ...form, ...headers },
      body: new URLSearchParams(fields).toString(),
    });
  }

  async #send(path: string, asked: { method?: string; headers: Headers; body?: string }): Promise<Answered> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await send(this.url + path, {
      ...asked,
      headers: { ...this.headers, ...(cookie === '' ? {} : { cookie }), ...asked.headers },
    });
    for (const line of [answer.headers['set-cookie'] ?? []].flat()) this.#keep(line);
    return answer;
  }

  #keep(line: string): void {
    this.set.push(line);
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (value === '') this.cookies.delete(name);
    else this.cookies.set(name, value);
  }
}

export const running = async (t: ExecutionContext, overrides: object = {}) => {
  const sources = sourcesOf(t, { run: false });
  const router = await startRouter({
    ...sources,
    overrides: {
      ...sources.overrides,
      eventStore: { engine: 'memory' },
      access: { mode: 'login' },
      ...overrides,
    },
  });
  t.teardown(() => router.stop());
  const { url = '' } = router;
  return { router, url, browser: (headers: Headers = {}) => new Browser(url, headers) };
};

export const password = 'correct horse battery';

/** Logged in as the first admin. */
export const admin = async (t: ExecutionContext, overrides: object = {}, headers: Headers = {}) => {
  const parts = await running(t, overrides);
  const link = new URL((await parts.router.firstLink())?.url ?? '');
  const browser = parts.browser(headers);
  const fields = {
    name: link.searchParams.get('name') ?? '',
    link: link.searchParams.get('link') ?? '',
    password,
  };
  const answer = await browser.submit(link.pathname + link.search, '/setup/', fields);
  t.is(answer.status, 303, answer.body);
  return { ...parts, browser, fields };
};

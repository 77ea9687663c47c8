// The ceiling that the router is measured against: takes Kannel's get-url, hands the answer to sendsms, stores nothing.
import { once } from 'node:events';
import { Agent, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parse } from 'node:querystring';
import { pathToFileURL } from 'node:url';
import got from 'got';

export interface EchoOptions {
  /** 0, the default: any free one. */
  readonly port?: number;
  readonly sendsmsUrl: string;
  readonly sendsmsParams: Readonly<Record<string, string>>;
  /** One call of sendsms at a time for each phone: what order within a conversation costs, with nothing else. Default false. */
  readonly inOrder?: boolean;
}

export interface Echo {
  readonly port: number;
  /** Messages taken so far. */
  received(): number;
  /** Answers that Kannel did not take. */
  failed(): number;
  close(): Promise<void>;
}

/**
 * `echo TEXT` is answered with TEXT, anything else with itself.
 *
 * Through got with a keep-alive agent, because the router calls sendsms the same way: a bare `http.request` here would measure
 * the HTTP client instead of what the router adds. What no router can do without is here (reading the query, one call
 * of sendsms for each message), and nothing else: no charset but UTF-8, no retry, no order within a conversation unless asked.
 */
export const startEcho = async (options: EchoOptions): Promise<Echo> => {
  const { port = 0, sendsmsUrl, sendsmsParams, inOrder = false } = options;
  const agent = new Agent({ keepAlive: true });
  const client = got.extend({
    agent: { http: agent },
    retry: { limit: 0 },
    timeout: { request: 30_000 },
    throwHttpErrors: false,
  });
  let received = 0;
  let failed = 0;

  const last = new Map<string, Promise<void>>();
  const answer = (query: string): Promise<void> => {
    const fields = parse(query);
    if (!inOrder) return send(fields);
    const phone = String(fields.id ?? '');
    const sent = (last.get(phone) ?? Promise.resolve()).then(() => send(fields));
    last.set(
      phone,
      sent.catch(() => undefined),
    );
    return sent;
  };
  const send = async ({ id, text, to }: ReturnType<typeof parse>): Promise<void> => {
    const reply = String(text ?? '').replace(/^echo ?/, '');
    const searchParams = { ...sendsmsParams, from: String(to ?? ''), to: String(id ?? ''), text: reply };
    const { statusCode } = await client.get(sendsmsUrl, { searchParams });
    if (statusCode !== 202) failed += 1;
  };
  const server = createServer((request, response) => {
    const url = request.url ?? '';
    received += 1;
    // An empty 200 first, as the `queued` handler does: the message is taken.
    response.end();
    answer(url.slice(url.indexOf('?') + 1)).catch(() => {
      failed += 1;
    });
  });
  server.keepAliveTimeout = 60_000;
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    received: () => received,
    failed: () => failed,
    async close() {
      agent.destroy();
      server.close();
      server.closeAllConnections();
      if (server.listening) await once(server, 'close');
    },
  };
};

// A process of its own, so that it does not share a core's time with the phones: node echo.js PORT SENDSMS_URL [in-order]
if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [, , port = '8000', sendsmsUrl = 'http://127.0.0.1:13013/cgi-bin/sendsms', order] = process.argv;
  const echo = await startEcho({
    port: Number(port),
    sendsmsUrl,
    sendsmsParams: { username: 'rapidsms', password: 'change-me' },
    inOrder: order === 'in-order',
  });
  console.log(`echo listens on 127.0.0.1:${echo.port}`);
}

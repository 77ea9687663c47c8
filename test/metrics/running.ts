import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { type StartOptions, startRouter } from '../../src/main/index.js';
import { startServer } from '../backends/server.js';
import { eventually } from '../kannel/support/wait.js';
import { secret } from '../webhooks/support/receiver.js';
import { type Family, parseExposition } from './exposition.js';

const failing = `export default { name: 'failing', handle: ({ text }) => { if (text === "fail") throw new Error('no'); } };`;

/** A router on a folder of its own, before a gateway that takes everything. */
export const startMeasured = async (t: ExecutionContext, options: Partial<StartOptions> = {}) => {
  const data = mkdtempSync(join(tmpdir(), 'threadless-metrics-'));
  t.teardown(() => rmSync(data, { recursive: true, force: true }));
  const app = join(data, 'failing.js');
  writeFileSync(app, failing);
  const gateway = await startServer(t, (response) => response.writeHead(202).end('0: Accepted for delivery'));
  const { overrides = {}, ...rest } = options;
  const router = await startRouter({
    env: { THREADLESS_DATA: data },
    ...rest,
    overrides: {
      http: { port: 0 },
      log: { level: 'silent' },
      apps: [app, 'echo'],
      backends: {
        'simple-http': null,
        'my-kannel-backend': { sendsmsUrl: `${gateway.url}/cgi-bin/sendsms` },
      },
      webhooks: { dashboard: { url: 'http://127.0.0.1:9/', secret } },
      ...overrides,
    },
  });
  t.teardown(() => router.stop());
  return { router, gateway, data };
};

/** What is exported, once it is as wanted. */
export const scrapedUntil = (
  url: string | undefined,
  what: string,
  isSo: (families: ReadonlyMap<string, Family>) => boolean,
): Promise<ReadonlyMap<string, Family>> =>
  eventually(what, 20_000, async () => {
    const response = await fetch(`${url}/metrics`);
    const families = parseExposition(await response.text());
    return isSo(families) ? families : undefined;
  });

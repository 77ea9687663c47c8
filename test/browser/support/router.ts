import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ExecutionContext } from 'ava';
import { type Router, startRouter } from '../../../src/main/index.js';

const registration = fileURLToPath(new URL('./registration.js', import.meta.url));

/** A router with its own folder, an app that remembers, and two testers; the pages without a login. */
export const router = async (
  t: ExecutionContext,
  overrides: object = {},
): Promise<Router & { readonly url: string }> => {
  const running = await startRouter({
    env: { THREADLESS_DATA: mkdtempSync(join(tmpdir(), 'threadless-browser-')) },
    overrides: {
      http: { port: 0 },
      log: { level: 'silent' },
      apps: [registration, 'echo', 'ping', 'default'],
      backends: {
        'httptester-public': { engine: 'httptester' },
        'httptester-private': { engine: 'httptester', play: 'failed' },
      },
      ...overrides,
    },
  });
  t.teardown(() => running.stop());
  return { ...running, url: running.url ?? '' };
};

/** As a phone of a tester would. */
export const say = async (
  url: string,
  identity: string,
  text: string,
  backend = 'httptester-public',
): Promise<void> => {
  const response = await fetch(`${url}/httptester/${backend}/`, {
    method: 'POST',
    body: new URLSearchParams({ identity, text }),
  });
  if (response.status !== 200) throw new Error(await response.text());
};

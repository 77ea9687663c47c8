import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import type { RouterStarted } from '../../src/domain/events.js';
import { startRouter } from '../../src/main/index.js';
import { NodeInUse } from '../../src/workers/nodeName.js';

const options = (data: string) => ({
  env: {},
  listen: false,
  overrides: { data, log: { level: 'silent' }, shutdownMs: 2_000 },
});

test('a second router of the same name on a data folder is refused, until the first has stopped', async (t) => {
  const data = mkdtempSync(join(tmpdir(), 'threadless-lock-'));
  const first = await startRouter(options(data));
  const error = await t.throwsAsync(startRouter(options(data)), { instanceOf: NodeInUse });
  t.true(error.message.includes(data));
  await first.stop();
  const second = await startRouter(options(data));
  t.true(await second.stop());
});

test('each run tells its version, apps and backends, secrets blanked, and that it stopped in order', async (t) => {
  const data = mkdtempSync(join(tmpdir(), 'threadless-node-'));
  const first = await startRouter(options(data));
  await first.stop();
  const second = await startRouter(options(data));
  const events = [];
  for await (const event of second.store.readStream('router-main')) events.push(event);
  await second.stop();
  t.deepEqual(
    events.map(({ type }) => type),
    ['RouterStarted', 'RouterStopped', 'RouterStarted'],
  );
  const started = events[0] as { data: RouterStarted['data'] };
  const { apps, backends, version } = started.data;
  t.regex(version, /^\d+\.\d+\.\d+$/);
  t.deepEqual(
    apps.map(({ name }) => name),
    ['echo', 'ping', 'default'],
  );
  t.false(JSON.stringify(backends).includes('change-me'));
  t.true('my-kannel-backend' in backends);
});

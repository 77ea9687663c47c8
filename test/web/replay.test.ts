// A replay that is started in a browser, or by a program, beside the router that wrote the history.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { startRouter } from '../../src/main/index.js';
import type { ReplayRun } from '../../src/replay/runs.js';
import { eventually } from '../kannel/support/wait.js';
import { pageOf, post, site } from './support/site.js';

const commandLine = fileURLToPath(new URL('../../src/cli/threadless.js', import.meta.url));

/** Two messages in the history; the app answers otherwise since. */
const changed = async (t: ExecutionContext) => {
  const folder = mkdtempSync(join(tmpdir(), 'threadless-replay-'));
  const app = join(folder, 'greeter.mjs');
  const config = join(folder, 'config.yaml');
  const answering = (words: string) =>
    `export default { name: 'greeter', handle: (message) => { message.respond('${words} ' + message.text); return true; } };`;
  writeFileSync(app, answering('Hello'));
  writeFileSync(
    config,
    JSON.stringify({
      data: join(folder, 'data'),
      http: { port: 0 },
      log: { level: 'silent' },
      apps: [app],
      projections: { run: false },
    }),
  );
  const router = await startRouter({ env: { ...process.env, THREADLESS_CONFIG: config }, commandLine });
  t.teardown(() => router.stop());
  await router.incoming('httptester', '256700000001', 'Asha');
  await router.incoming('httptester', '256700000002', '<b>');
  writeFileSync(app, answering('Good day'));
  return { url: router.url ?? '' };
};

const ended = (url: string, id: string): Promise<ReplayRun> =>
  eventually('the end of the replay', 30_000, async () => {
    const run = (await (await fetch(`${url}/api/v1/replays/${id}`)).json()) as ReplayRun;
    return run.state !== 'running' && run;
  });

test('what today’s apps would have answered is shown with the words that changed', async (t) => {
  const { url } = await changed(t);
  const started = await post(`${url}/replay/`, await pageOf(`${url}/replay/`), {
    memory: 'story',
    since: '1d',
  });
  t.is(started.status, 303);
  const path = started.headers.get('location') ?? '';
  const run = await ended(url, path.split('/')[2] ?? '');
  t.like(run, { state: 'done', by: 'development', done: 2, summary: { total: 2, differing: 2 } });
  const { html } = await pageOf(`${url}${path}`);
  t.true(html.includes('2 messages run again: 0 get the same.'));
  t.regex(html, /<del>Hello<\/del> Asha/);
  t.regex(html, /<ins>Good day<\/ins> &lt;b/);
  t.true((await pageOf(`${url}/replay/`)).html.includes('2 of 2 differ'));
});

test('a program starts one, and is told what is wrong in a sentence', async (t) => {
  const { url } = await changed(t);
  const ask = (body: object) =>
    fetch(`${url}/api/v1/replays`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const started = (await (await ask({ backend: 'nonsense' })).json()) as ReplayRun;
  t.like(await ended(url, started.id), { state: 'failed' });
  t.regex(
    (await ended(url, started.id)).error ?? '',
    /expected a backend that there is or was, got "nonsense"/,
  );
  t.is((await ask({ nonsense: 1 })).status, 400);
  t.is((await fetch(`${url}/api/v1/replays/nonsense`)).status, 404);
});

test('a conversation is written as a test of made-up people, to be read or kept', async (t) => {
  const { url } = await changed(t);
  const path = `${url}/conversations/httptester/256700000001/test/`;
  const { html } = await pageOf(path);
  t.true(html.includes('It passes with the apps of today.'));
  t.true(html.includes('&gt; Asha') || html.includes('> Asha'));
  t.false(html.includes('256700000001 '));
  const file = await fetch(`${path}?download=yes`);
  t.regex(file.headers.get('content-disposition') ?? '', /attachment; filename="conversation.test.mjs"/);
  t.regex(await file.text(), /runScript/);
  const none = await fetch(`${url}/conversations/httptester/nobody/test/`);
  t.is(none.status, 409);
});

test('a router whose events are in memory says that it cannot', async (t) => {
  const { url } = await site(t);
  t.true((await pageOf(`${url}/replay/`)).html.includes('cannot start a replay'));
});

import { spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { program } from '../cli/support.js';
import { eventually } from '../kannel/support/wait.js';
import { folderOf } from '../projections/support/world.js';
import { Browser, password } from '../web/visitors/support.js';

/** Without a terminal, as a service is run. */
const serving = async (t: ExecutionContext, data: string, mode: 'login' | 'development') => {
  const file = join(data, 'config.yaml');
  writeFileSync(file, `access: { mode: ${mode} }\n`);
  const child = spawn(process.execPath, [program, 'serve'], {
    env: { PATH: process.env.PATH, THREADLESS_DATA: data, THREADLESS_CONFIG: file, PORT: '0' },
  });
  t.teardown(() => child.kill('SIGKILL'));
  let said = '';
  for (const output of [child.stdout, child.stderr])
    output.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
  const untilSaid = (what: RegExp) => eventually(String(what), 30_000, () => what.exec(said) ?? undefined);
  const [, url = ''] = await untilSaid(/listens on (\S+)/);
  const stop = async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
  };
  return { url, untilSaid, stop, said: () => said };
};

test("the first admin's link is in a file that nobody else reads, in no log, and gone when it is used", async (t) => {
  const data = folderOf(t);
  const file = join(data, 'setup-link');
  const first = await serving(t, data, 'login');
  await first.untilSaid(/is in .*setup-link, and works for an hour/);
  t.regex(first.said(), /pages .*\(with a login\)/);
  t.is(statSync(file).mode & 0o777, 0o600);
  const link = new URL(readFileSync(file, 'utf8').trim());
  t.is(link.origin, first.url);
  const secret = link.searchParams.get('link') ?? '';
  const browser = new Browser(first.url);
  const answer = await browser.submit(link.pathname + link.search, '/setup/', {
    name: 'admin',
    link: secret,
    password,
  });
  t.is(answer.status, 303, answer.body);
  t.is((await browser.get('/users/')).status, 200);
  t.false(first.said().includes(secret));
  await first.stop();
  t.false(first.said().includes(secret));

  const second = await serving(t, data, 'login');
  await eventually('the file to be gone', 30_000, () => !existsSync(file));
  t.is((await new Browser(second.url).get('/users/')).status, 303);
  // Who is logged in stays so.
  const again = new Browser(second.url);
  again.cookies.set('session', browser.cookies.get('session') ?? '');
  t.is((await again.get('/users/')).status, 200);
  await second.stop();
});

test('in development mode no link is made, and the greeting says that there is no login', async (t) => {
  const data = folderOf(t);
  const router = await serving(t, data, 'development');
  await router.untilSaid(/no login: development mode, for whoever is on this machine/);
  await router.stop();
  t.false(existsSync(join(data, 'setup-link')));
});

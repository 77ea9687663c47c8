// The command, as a person at a terminal and a program behind a pipe have it.
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { stringify } from 'yaml';
import { newFolder } from '../doctor/support.js';
import { newService, type Service } from './engines.js';

const program = fileURLToPath(new URL('../../../src/cli/threadless.js', import.meta.url));

const run = async (t: ExecutionContext, { sources }: Service, ...parameters: string[]) => {
  const folder = newFolder(t, { 'my.yaml': stringify(sources.overrides) });
  const env = { PATH: process.env.PATH, ...sources.env, THREADLESS_CONFIG: `${folder}/my.yaml` };
  const child = spawn(process.execPath, [program, 'backends', ...parameters], { env });
  t.teardown(() => child.kill('SIGKILL'));
  const code = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { out, err, code: await code };
};

test('a backend is paused, listed and resumed where no router runs', async (t) => {
  const service = await newService(t);
  const { backend } = service;
  const router = await service.start();
  await router.stop();
  const paused = await run(t, service, 'pause', backend, '--why', 'a\u001b[2Jb', '--by', 'ann');
  t.like(paused, { code: 0, err: '', out: `${backend} paused: its texts wait until it is resumed.\n` });
  const { out } = await run(t, service, 'list');
  t.regex(
    out,
    new RegExp(`^${backend} {2}http {2}paused by ann since \\S+: a␛\\[2Jb\\n {2}0 waiting, 0 under way\\n$`),
  );
  const [line = ''] = (await run(t, service, 'list', '--json')).out.split('\n');
  t.like(JSON.parse(line), { name: backend, state: 'paused', by: 'ann', work: { waiting: 0 } });
  const again = await run(t, service, 'pause', backend, '--why', 'x');
  t.like(again, { code: 1, err: `${backend} is paused already, by ann: a␛[2Jb\n` });
  t.is((await run(t, service, 'resume', backend)).code, 0);
  t.like(await run(t, service, 'resume', backend), { code: 1, err: `Nobody has paused ${backend}.\n` });
  t.regex((await run(t, service, 'list')).out, /stopped: no process delivers for it/);
});

test('a call that is wrong, or a name that is none, changes nothing and says so', async (t) => {
  const service = await newService(t);
  await (await service.start()).stop();
  t.is((await run(t, service, 'pause', service.backend)).code, 64);
  const unknown = await run(t, service, 'pause', 'nope', '--why', 'x');
  t.like(unknown, { code: 1 });
  t.regex(unknown.err, /^There is no backend nope\. The configured backends are: phones-/);
});

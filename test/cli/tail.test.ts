import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { stringify } from 'yaml';
import { newFolder } from '../programs/doctor/support.js';
import { type Clinic, openClinic } from '../programs/explain/support.js';
import { collect } from '../store/events.js';

const program = fileURLToPath(new URL('../../src/cli/threadless.js', import.meta.url));

const start = (t: ExecutionContext, { sources }: Clinic, audit: object, ...parameters: readonly string[]) => {
  const folder = newFolder(t, { 'my.yaml': stringify({ ...sources.overrides, audit }) });
  const env = { PATH: process.env.PATH, ...sources.env, THREADLESS_CONFIG: `${folder}/my.yaml`, TZ: 'UTC' };
  const child = spawn(process.execPath, [program, ...parameters], { env });
  t.teardown(() => child.kill('SIGKILL'));
  return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
};

test('what happens is told as it happens, until Ctrl-C', async (t) => {
  const clinic = await openClinic(t);
  const { router, backend } = clinic;
  await router.incoming(backend, '+256772000375', 'before');
  const filters = ['--backend', backend, '--words', 'RE', '--since', '1h'];
  const { child, lines } = start(t, clinic, {}, 'tail', ...filters);
  t.regex((await lines.next()).value, /^\d\d:\d\d:\d\d {2}phones-\w+ \+256772000375 {2}▸ {2}before$/);
  await router.incoming(backend, '123', 'boom');
  await router.incoming(backend, '123', 'register Grace');
  t.regex((await lines.next()).value, / 123 {2}▸ {2}register Grace$/);
  const ended = once(child, 'exit');
  child.kill('SIGINT');
  t.deepEqual(await ended, [0, null]);
});

test('an event is told as it is stored, and reading is recorded where that is asked for', async (t) => {
  const clinic = await openClinic(t);
  const { router, backend } = clinic;
  await router.incoming(backend, '123', 'register Grace');
  const filters = ['--backend', backend, '--type', 'clinic.Registered', '--since', '1h', '--ndjson'];
  const { child, lines } = start(t, clinic, { record: true }, 'tail', ...filters);
  t.like(JSON.parse((await lines.next()).value), { type: 'clinic.Registered', data: { name: 'Grace' } });
  const ended = once(child, 'exit');
  child.kill('SIGINT');
  t.deepEqual(await ended, [0, null]);
  const explained = start(t, clinic, { record: true }, 'explain', '--conversation', `${backend}:123`);
  t.deepEqual(await once(explained.child, 'exit'), [0, null]);
  const stored = await collect(router.store.readStream(`audit-explain-${backend}`));
  t.deepEqual(
    stored.map(({ data }) => {
      const { about, rows, complete } = data as Record<string, unknown>;
      return about ?? [rows, complete];
    }),
    ['tail', [1, true], 'explain', [1, true]],
  );
});

test('who looks away is recorded, too: at the end of a pipe, or told to stop', async (t) => {
  const clinic = await openClinic(t);
  const { router, backend } = clinic;
  for (const text of ['one', 'two']) await router.incoming(backend, '123', text);
  const filters = ['--backend', backend, '--type', 'MessageReceived', '--since', '1h'];
  const leaving = start(t, clinic, { record: true }, 'tail', ...filters);
  for (let nth = 0; nth < 2; nth += 1) await leaving.lines.next();
  leaving.child.stdout.destroy();
  const left = once(leaving.child, 'exit');
  await router.incoming(backend, '123', 'three');
  t.deepEqual(await left, [141, null]);
  const stopped = start(t, clinic, { record: true }, 'tail', ...filters);
  for (let nth = 0; nth < 3; nth += 1) await stopped.lines.next();
  const ended = once(stopped.child, 'exit');
  stopped.child.kill('SIGTERM');
  t.deepEqual(await ended, [0, null]);
  const stored = await collect(router.store.readStream(`audit-explain-${backend}`));
  t.deepEqual(
    stored.filter(({ type }) => type === 'AuditAnswered').map(({ data }) => (data as { rows: number }).rows),
    [3, 3],
  );
});

test('a place that is none is refused by the name of the option', async (t) => {
  const clinic = await openClinic(t);
  for (const after of ['nowhere', '99999999']) {
    const { child } = start(t, clinic, {}, 'tail', '--after', after);
    t.is(
      await text(child.stderr),
      `--after: expected the position of an event of this store, got “${after}”.\n`,
    );
  }
});

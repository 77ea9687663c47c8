import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { readExport } from '../../src/transfer/read.js';
import { collect, ids } from '../store/events.js';
import { openStore } from '../store/sqlite-engine.js';
import { exported, fill, inPieces, keptOf, newFolder } from './support.js';

const start = (t: ExecutionContext, ...parameters: string[]): ChildProcess => {
  const child = fork(new URL('./transfer-child.js', import.meta.url), parameters, { execArgv: [] });
  t.teardown(() => child.kill('SIGKILL'));
  return child;
};

/**
 * Runs the child again and again, killed a random moment after it told of progress, until it ends by itself
 * or has done all that it had to when it is killed.
 */
const killedOften = async (
  t: ExecutionContext,
  kills: number,
  isDone: () => boolean,
  ...parameters: string[]
): Promise<void> => {
  for (let run = 0; ; run += 1) {
    const child = start(t, ...parameters);
    if (run < kills) {
      const ends = 1 + Math.floor(Math.random() * 4);
      let told = 0;
      child.on('message', () => {
        told += 1;
        if (told === ends) setTimeout(() => child.kill('SIGKILL'), Math.random() * 5);
      });
    }
    const [code, signal] = await once(child, 'exit');
    if (signal === null) {
      t.is(code, 0);
      t.true(run > 2, 'it was killed');
      return;
    }
    t.is(signal, 'SIGKILL');
    if (isDone()) return;
  }
};

const filled = async (t: ExecutionContext, count: number): Promise<{ data: string; folder: string }> => {
  const folder = await newFolder(t);
  const store = await openStore(t, { path: join(folder, 'events.sqlite') });
  await fill(store, count, { streams: 50 });
  await store.close();
  return { data: folder, folder };
};

test('an import that is killed again and again ends with the same events, each once, in order', async (t) => {
  const { data, folder } = await filled(t, 3_000);
  const file = join(folder, 'x.ndjson');
  const child = start(t, 'export', data, file);
  await once(child, 'exit');
  const target = await newFolder(t);
  await killedOften(t, 12, () => false, 'import', target, file);
  const [from, to] = [
    await openStore(t, { path: join(data, 'events.sqlite') }),
    await openStore(t, { path: join(target, 'events.sqlite') }),
  ];
  t.deepEqual((await collect(to.readAll())).map(keptOf), (await collect(from.readAll())).map(keptOf));
});

test('an export that is killed again and again ends as if it had been written at once', async (t) => {
  const { data, folder } = await filled(t, 9_000);
  const file = join(folder, 'x.ndjson');
  // It has its name when it is complete, and whoever exports to that name again is refused.
  await killedOften(t, 5, () => existsSync(file), 'export', data, file);
  t.false(existsSync(`${file}.part`));
  const bytes = await readFile(file);
  const store = await openStore(t, { path: join(data, 'events.sqlite') });
  const entries = await collect(readExport(inPieces(bytes, 65_536)));
  t.deepEqual(
    entries.map(({ event }) => event.id),
    await ids(store.readAll()),
  );
  const [, ...atOnce] = (await exported(store)).toString().split('\n');
  const [, ...written] = bytes.toString().split('\n');
  t.deepEqual(written.slice(0, -2), atOnce.slice(0, -2));
});

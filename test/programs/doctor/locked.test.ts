// Files that another process holds: found without a lock of our own, and with the name of who holds them.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { ended, startChild, told } from '../../store/child.js';
import { secret, used } from './cases.js';
import { allAdvise, diagnose, filesIn, findingOf, newFolder, sourcesOf } from './support.js';

/** Elsewhere nothing tells who holds what. */
const onLinux = process.platform === 'linux' ? test.serial : test.serial.skip;

onLinux('a store whose lock another process holds is told, with its name', async (t) => {
  const data = await used(t);
  const child = startChild(t, 'lock-child', join(data, 'events.sqlite'));
  t.is(await told(child), 'locked');
  const before = filesIn(data);
  const found = await diagnose(await sourcesOf({ data }));
  allAdvise(t, found);
  const finding = findingOf(t, found, 'store.writable', 'broken');
  t.regex(
    finding.says,
    new RegExp(`^node \\(process ${child.pid}\\) holds the lock of the store .*events.sqlite: nobody`),
  );
  t.regex(finding.advice ?? '', new RegExp(`No event can be stored.*kill ${child.pid}`));
  t.deepEqual(filesIn(data), before);
});

onLinux('a store that another process has for itself is told, with its name', async (t) => {
  const data = newFolder(t, { secret });
  // In a process of its own: of a connection that is closed here the lock may stay until it is collected.
  await ended(startChild(t, 'writer-child', join(data, 'events.sqlite'), 'a', '1'));
  const child = startChild(t, 'lock-child', join(data, 'events.sqlite'), 'exclusive');
  t.is(await told(child), 'locked');
  // Left there by who had it open before.
  writeFileSync(join(data, 'events.sqlite-shm'), Buffer.alloc(32_768));
  const found = await diagnose(await sourcesOf({ data }));
  allAdvise(t, found);
  const finding = findingOf(t, found, 'store.writable', 'broken');
  t.regex(
    finding.says,
    new RegExp(`^node \\(process ${child.pid}\\) holds .* nobody else can read it or write`),
  );
  t.false(found.some(({ about, says }) => about !== 'store.writable' && says.includes('lock of the store')));
});

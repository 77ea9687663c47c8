import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { thisMachine } from '../../../src/programs/doctor/facts/machine.js';
import { newFolder } from './support.js';

/** Whoever runs this: some may write where others may not. */
const canWrite = (folder: string): boolean => {
  try {
    writeFileSync(join(folder, 'file'), '');
    return true;
  } catch {
    return false;
  }
};

for (const mode of [0o700, 0o500])
  test(`what is said of a folder of mode ${mode.toString(8)} is what a write meets`, (t) => {
    const folder = join(newFolder(t), 'folder');
    mkdirSync(folder, { mode });
    t.is(thisMachine.whyNot(folder, 'write') === undefined, canWrite(folder));
    t.is(thisMachine.whyNot(folder, 'read'), undefined);
    chmodSync(folder, 0o700);
  });

test('what is not there can be neither read nor written', (t) => {
  t.is(thisMachine.whyNot('/nowhere/at/all', 'read'), 'ENOENT');
});

test('a disk has room, or says that it has none', (t) => {
  const { freeBytes, freeFiles } = thisMachine.space(newFolder(t));
  t.true(freeBytes >= 0);
  t.true(freeFiles >= 0);
  t.true(thisMachine.user.length > 0);
});

// What is wrong in the data folder, each found and said in a sentence that says what to do.
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { phone } from '../../projections/support/history.js';
import { finds, received, secret, used } from './cases.js';
import { allAdvise, diagnose, findingOf, machine, newFolder, sourcesOf, storeIn } from './support.js';

finds(test, [
  {
    title: 'a data folder on a disk that is read-only',
    setUp: async (t) => ({
      data: await used(t),
      outside: { machine: machine({ whyNot: (_path, use) => (use === 'write' ? 'EROFS' : undefined) }) },
    }),
    about: 'folder.rights',
    level: 'broken',
    says: /is on a disk that is read-only \(EROFS\)/,
    advice: /mount it for writing, or set THREADLESS_DATA/,
  },
  {
    title: 'a file where the data folder should be',
    setUp: async (t) => ({ data: join(newFolder(t, { data: '' }), 'data', 'below') }),
    about: 'folder.rights',
    level: 'broken',
    says: /data is a file/,
    advice: /THREADLESS_DATA/,
  },
  {
    title: 'a disk that is full',
    setUp: async (t) => ({
      data: await used(t),
      outside: { machine: machine({ space: () => ({ freeBytes: 1_000, freeFiles: 1_000 }) }) },
    }),
    about: 'folder.space',
    level: 'broken',
    says: /has 1000 bytes left: it is full/,
    advice: /Free some, or move the data folder/,
  },
  {
    title: 'a disk without room for another file',
    setUp: async (t) => ({
      data: await used(t),
      outside: { machine: machine({ space: () => ({ freeBytes: 1e12, freeFiles: 0 }) }) },
    }),
    about: 'folder.space',
    level: 'broken',
    says: /room for 0 files/,
    advice: /Free some/,
  },
  {
    title: 'a secret that is empty',
    setUp: async (t) => ({ data: await used(t, { secret: '\n' }) }),
    about: 'folder.secret',
    level: 'broken',
    says: /is empty/,
    advice: /Put the file back from the backup/,
  },
  {
    title: 'a secret that was cut off',
    setUp: async (t) => ({ data: await used(t, { secret: 'short' }) }),
    about: 'folder.secret',
    level: 'broken',
    says: /has 5 characters/,
    advice: /at least 16 characters/,
  },
  {
    title: 'a secret that is lost',
    setUp: async (t) => {
      const data = newFolder(t);
      const stream = phone();
      const sent = { stream, type: 'MessageDispatched', data: { messageId: 'a' } };
      await storeIn(data, [received('a'), sent]);
      return { data };
    },
    about: 'folder.secret',
    level: 'look',
    says: /no secret at .* and texts were handed over whose reports it signed/,
    advice: /put it there first/,
  },
  {
    title: 'a secret that has signed nothing yet',
    setUp: async (t) => {
      const data = newFolder(t);
      await storeIn(data, [received('a')]);
      return { data };
    },
    about: 'folder.secret',
    level: 'well',
    says: /no secret yet, and no text was handed over/,
    advice: /^$/,
  },
  {
    title: 'a store that was moved away',
    setUp: async (t) => ({ data: newFolder(t, { secret, 'nodes/main.lock': '' }) }),
    about: 'folder.store',
    level: 'broken',
    says: /no store at .*though a router has run in this folder/,
    advice: /Bring events\.sqlite back/,
  },
  {
    title: 'a folder in which no router has run, perhaps a mistyped one',
    setUp: async (t) => ({ data: newFolder(t) }),
    about: 'folder.store',
    level: 'look',
    says: /There is no store yet/,
    advice: /give this command the THREADLESS_DATA and THREADLESS_CONFIG of the router/,
  },
  {
    title: 'a secret of blanks and too few letters',
    setUp: async (t) => ({ data: await used(t, { secret: `  short${' '.repeat(30)}\n` }) }),
    about: 'folder.secret',
    level: 'broken',
    says: /has 5 characters/,
    advice: /No router starts with it/,
  },
  {
    title: 'a link to a folder that is not there in place of the folder of the names',
    setUp: async (t) => {
      const data = await used(t);
      symlinkSync('/nowhere/nodes', join(data, 'nodes'));
      return { data };
    },
    about: 'folder.rights',
    level: 'broken',
    says: /nodes is a link to \/nowhere\/nodes, which is not there/,
    advice: /Mend the link/,
  },
]);

for (const [title, setUp] of [
  ['a file', (t: ExecutionContext) => join(newFolder(t, { data: 'x' }), 'data')],
  ['below a file', (t: ExecutionContext) => join(newFolder(t, { data: 'x' }), 'data', 'below')],
  ['a link to nowhere', (t: ExecutionContext) => linkTo(t, '/nowhere/data')],
  ['a link to itself', (t: ExecutionContext) => linkTo(t, 'data')],
  ['below a link to nowhere', (t: ExecutionContext) => join(linkTo(t, '/nowhere/data'), 'below')],
] as const)
  test.serial(`nothing speaks against it that the data folder cannot be: it is ${title}`, async (t) => {
    const found = await diagnose(await sourcesOf({ data: setUp(t) }));
    allAdvise(t, found);
    t.regex(findingOf(t, found, 'folder.rights', 'broken').says, /cannot be: .* is (a file|a link to)/);
    t.regex(findingOf(t, found, 'store.reachable', 'broken').says, /none can be made/);
    const others = found.filter(({ says, advice }) =>
      /first start|is free|ENOTDIR|ELOOP|no secret|could not be looked at/.test(`${says}${advice}`),
    );
    t.deepEqual(others, []);
  });

const linkTo = (t: ExecutionContext, target: string): string => {
  const path = join(newFolder(t), 'data');
  symlinkSync(target, path);
  return path;
};

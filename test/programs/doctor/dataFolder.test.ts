// What is wrong in the data folder, each found and said in a sentence that says what to do.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { finds, secret, used } from './cases.js';
import { machine, newFolder } from './support.js';

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
    title: 'a data folder without the right to write',
    setUp: async (t) => ({
      data: await used(t),
      outside: {
        machine: machine({
          whyNot: (_path, use) => (use === 'write' ? 'EACCES' : undefined),
          isOwn: () => false,
          user: 'threadless',
        }),
      },
    }),
    about: 'folder.rights',
    level: 'broken',
    says: /may not be written to by threadless \(EACCES\)/,
    advice: /chown -R threadless/,
  },
  {
    title: 'one file of the data folder that belongs to someone else',
    setUp: async (t) => ({
      data: await used(t),
      outside: {
        machine: machine({
          whyNot: (path, use) => (path.endsWith('events.sqlite') && use === 'write' ? 'EACCES' : undefined),
          isOwn: () => false,
        }),
      },
    }),
    about: 'folder.rights',
    level: 'broken',
    says: /events\.sqlite, which the data folder .* may not be written to/,
    advice: /Run this and the router as the user whose it is/,
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
      const data = await used(t);
      rmSync(join(data, 'secret'));
      return { data };
    },
    about: 'folder.secret',
    level: 'look',
    says: /no secret at .* and the store has events/,
    advice: /put it there first/,
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
    title: 'a data folder of our own that lacks the right to write',
    setUp: async (t) => ({
      data: await used(t),
      outside: {
        machine: machine({ whyNot: (_path, use) => (use === 'write' ? 'EACCES' : undefined), user: 'me' }),
      },
    }),
    about: 'folder.rights',
    level: 'broken',
    says: /The data folder .* may not be written to by me \(EACCES\)/,
    advice: /is me's own and only lacks the right: chmod u\+rwx \//,
  },
  {
    title: 'a data folder of our own that may not be looked into',
    setUp: async (t) => ({
      data: await used(t),
      outside: { machine: machine({ whyNot: (_path, use) => (use === 'enter' ? 'EACCES' : undefined) }) },
    }),
    about: 'folder.rights',
    level: 'broken',
    says: /may not be looked into/,
    advice: /chmod u\+rwx/,
  },
  ...['events.sqlite', 'projections.sqlite', 'nodes/main.lock'].map((name) => ({
    title: `a folder in place of ${name}`,
    setUp: async (t: ExecutionContext) => ({ data: newFolder(t, { secret, [`${name}/file`]: '' }) }),
    about: 'folder.rights',
    level: 'broken' as const,
    says: new RegExp(`${name} is a folder, and should be a file`),
    advice: /move it out of/,
  })),
  {
    title: 'a folder in place of the store, of the store itself',
    setUp: async (t) => ({ data: newFolder(t, { secret, 'events.sqlite/file': '' }) }),
    about: 'store.reachable',
    level: 'broken',
    says: /events\.sqlite is a folder/,
    advice: /move away what lies there/,
  },
  {
    title: 'a folder in place of the secret',
    setUp: async (t) => ({ data: newFolder(t, { 'secret/file': '' }) }),
    about: 'folder.secret',
    level: 'broken',
    says: /secret is a folder/,
    advice: /Move it away/,
  },
  {
    title: 'a folder in place of the states of the projections',
    setUp: async (t) => ({ data: newFolder(t, { secret, 'projections.sqlite/file': '' }) }),
    about: 'projections.state',
    level: 'broken',
    says: /projections\.sqlite is a folder/,
    advice: /move it away/,
  },
  ...(
    [
      ['secret', 'folder.secret', /The secret at .* cannot be read: it may not be read by me/],
      [
        'projections.sqlite',
        'projections.state',
        /cannot be looked at: .*projections\.sqlite may not be read by me/,
      ],
      ['events.sqlite', 'store.reachable', /cannot be looked at: .*events\.sqlite may not be read by me/],
      ['events.sqlite-wal', 'store.reachable', /cannot be looked at: .*-wal may not be read by me/],
    ] as const
  ).map(([name, about, says]) => ({
    title: `${name} that this user may not read`,
    setUp: async (t: ExecutionContext) => ({
      data: await used(t, { 'projections.sqlite': '', 'events.sqlite-wal': '' }),
      outside: {
        machine: machine({
          whyNot: (path) => (path.endsWith(name) ? 'EACCES' : undefined),
          isOwn: () => false,
          user: 'me',
        }),
      },
    }),
    about,
    level: 'broken' as const,
    says,
    advice: /Run this and the router as the user whose it is .* sudo chown me \//,
  })),
  {
    title: 'a secret of blanks and too few letters',
    setUp: async (t) => ({ data: await used(t, { secret: `  short${' '.repeat(30)}\n` }) }),
    about: 'folder.secret',
    level: 'broken',
    says: /has 5 characters/,
    advice: /No router starts with it/,
  },
]);

// What may not be read or written in the data folder, and what is no file, found and said with its path and what mends it.
import test, { type ExecutionContext } from 'ava';
import { finds, secret, used } from './cases.js';
import { machine, newFolder } from './support.js';

finds(test, [
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
    advice: name.startsWith('projections.')
      ? /^A router works without it, but for its projections.*move it out of/
      : /^No router starts so.*move it out of/,
  })),
  ...(
    [
      ['projections.sqlite', /A router works without it, but for its projections/],
      ['router.lock', /No event can be stored/],
    ] as const
  ).map(([name, advice]) => ({
    title: `what a ${name} stops that may not be written to`,
    setUp: async (t: ExecutionContext) => ({
      data: await used(t, { [name]: '' }),
      outside: {
        machine: machine({
          whyNot: (path, use) => (use === 'write' && path.endsWith(name) ? 'EACCES' : undefined),
        }),
      },
    }),
    about: 'folder.rights',
    level: 'broken' as const,
    says: /may not be written to/,
    advice,
  })),
  {
    title: 'a folder in place of the store, of the store itself',
    setUp: async (t) => ({ data: newFolder(t, { secret, 'events.sqlite/file': '' }) }),
    about: 'store.reachable',
    level: 'broken',
    says: /events\.sqlite is a folder.* A router has run in this folder \(secret\)/,
    advice: /restore the last backup/,
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
    advice: /A router works, and its projections do not.*move it away/,
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
]);

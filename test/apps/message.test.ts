import test from 'ava';
import { checkConnections } from '../../src/apps/message.js';

const someone = { backend: 'simple-http', identity: '123' };

test('a list of connections may be of any length', (t) => {
  t.notThrows(() => checkConnections([]));
  t.notThrows(() => checkConnections([someone, someone]));
});

for (const [title, connections] of [
  ['one connection', someone],
  ['a text', '123'],
  ['nothing', undefined],
  ['a set', new Set([someone])],
] as const)
  test(`${title} is no list of connections, and a sentence says so`, (t) => {
    t.throws(() => checkConnections(connections), {
      instanceOf: TypeError,
      message: /list of connections: \[\{ backend, identity \}/,
    });
  });

test('a list with something else in it is refused', (t) => {
  t.throws(() => checkConnections([someone, { backend: 'simple-http' }]), {
    instanceOf: TypeError,
    message: /neither may be empty/,
  });
});

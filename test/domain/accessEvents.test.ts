import test from 'ava';
import { withoutHashes } from '../../src/domain/accessEvents.js';

const event = (stream: string, data: object) => ({ stream, type: 'Anything', data });

test('what is kept of a password or a token is not shown, whatever the event is called', (t) => {
  t.deepEqual(withoutHashes(event('user-anna', { by: 'ben', password: { hash: 'x' } })).data, {
    by: 'ben',
    password: '•••',
  });
  t.deepEqual(withoutHashes(event('token-shop', { name: 'shop', sha256: 'x' })).data, {
    name: 'shop',
    sha256: '•••',
  });
});

test('other events are shown as they are', (t) => {
  for (const one of [
    event('router-main', { apps: [{ name: 'echo', sha256: 'x' }], sha256: 'y' }),
    event('conversation-http:1', { password: 'of a person who wrote it' }),
    event('user-anna', { role: 'viewer' }),
    event('user-anna', null as never),
  ])
    t.is(withoutHashes(one), one);
});

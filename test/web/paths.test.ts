import test from 'ava';
import fc from 'fast-check';
import { ConversationPaths, pathPart, textOfPart } from '../../src/web/api/paths.js';

const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 60 });

test('a part of a path stands for any text, and nothing in it is decoded, split or collapsed on its way', (t) => {
  fc.assert(
    fc.property(text, (given) => {
      const part = pathPart(given);
      t.regex(part, /^[A-Za-z0-9+_~-]+$/);
      t.is(textOfPart(part), given.toWellFormed());
      t.is(new URL(`http://x/a/${part}/`).pathname, `/a/${part}/`);
    }),
  );
});

for (const identity of [
  '..',
  '.',
  'a/b',
  '#',
  '?',
  '\\',
  ' ',
  '🙏',
  '%2F',
  '~~',
  '~41',
  '+256 772',
  '<script>',
]) {
  test(`the conversation with ${JSON.stringify(identity)} is found again by its path, whole or sealed`, (t) => {
    const paths = new ConversationPaths('a secret of sixteen');
    for (const seesNumbers of [true, false]) {
      const path = paths.of({ backend: 'my.backend', identity }, seesNumbers);
      const [, backendPart = '', identityPart = ''] =
        /^\/conversations\/([^/]+)\/([^/]+)\/$/.exec(path) ?? [];
      t.deepEqual(paths.connection(backendPart, identityPart), { backend: 'my.backend', identity });
    }
  });
}

test('a sealed path tells no number, is the same each time, and another secret opens none', (t) => {
  const connection = { backend: 'ug', identity: '+256772000375' };
  const path = new ConversationPaths('a secret of sixteen').of(connection, false);
  t.false(/256|772|375/.test(Buffer.from(path.split('~~')[1] ?? '', 'base64url').toString('latin1')));
  t.is(new ConversationPaths('a secret of sixteen').of(connection, false), path);
  const [, , backend = '', sealed = ''] = path.split('/');
  t.is(new ConversationPaths('another secret here').connection(backend, sealed), undefined);
  t.is(new ConversationPaths('a secret of sixteen').connection('other', sealed), undefined);
  t.is(new ConversationPaths('a secret of sixteen').connection(backend, '~~AAAA'), undefined);
});

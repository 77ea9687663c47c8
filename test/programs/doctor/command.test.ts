// Commands are copied into a shell: they do there what they say, whatever the names of files are.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { command } from '../../../src/programs/doctor/command.js';
import { finds, used } from './cases.js';
import { machine, newFolder } from './support.js';

for (const name of ['sp ace', "it's", '$HOME `id` "x" \\ *', 'a;b&c|d(e)', '~', '#1', 'ä', 'new\nline', ''])
  test(`a shell takes ${JSON.stringify(name)} for one word, as it is`, (t) => {
    const printed = execFileSync('sh', ['-c', command('printf', '%s|', name, 'end')], { encoding: 'utf8' });
    t.is(printed, `${name}|end|`);
  });

test('what needs no quotes has none', (t) => {
  t.is(command('chmod', 'u+rw', '/var/lib/threadless/data'), 'chmod u+rw /var/lib/threadless/data');
});

finds(test, [
  {
    title: 'a secret that others may read, in a folder with a blank in its name',
    setUp: async (t) => {
      const data = join(newFolder(t), 'sp ace');
      mkdirSync(data);
      execFileSync('cp', ['-a', `${await used(t)}/.`, data]);
      chmodSync(join(data, 'secret'), 0o644);
      return { data };
    },
    about: 'folder.secret',
    level: 'look',
    says: /can be read by others/,
    advice: /chmod 600 '\/.*\/sp ace\/secret'$/,
  },
  ...[true, false].map((isOwn) => ({
    title: `a folder with a blank in its name that may not be written to, ${isOwn ? 'of our own' : "someone's"}`,
    setUp: async (t: Parameters<typeof used>[0]) => {
      const data = join(newFolder(t), 'sp ace');
      mkdirSync(data);
      const whyNot = (_: string, use: string) => (use === 'write' ? 'EACCES' : undefined);
      return { data, outside: { machine: machine({ whyNot, isOwn: () => isOwn, user: 'me' }) } };
    },
    about: 'folder.rights',
    level: 'broken' as const,
    says: /may not be written to/,
    advice: isOwn ? /chmod u\+rwx '\/.*\/sp ace'$/ : /sudo chown -R me '\/.*\/sp ace'$/,
  })),
]);

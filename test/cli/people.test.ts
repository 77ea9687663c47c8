import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { folderOf } from '../projections/support/world.js';
import { commandsOn } from './support.js';

test('users are added, listed, changed and removed, before the first start and by whom', async (t) => {
  const run = commandsOn(folderOf(t));
  const added = await run('users add Asha --role viewer');
  t.is(added.code, 0, added.err);
  t.regex(added.out, /^asha is added as viewer\.\n/);
  t.regex(added.out, /\n {2}http:\/\/127\.0\.0\.1:8000\/setup\/\?name=asha&link=[\w-]{43}\n$/);
  t.is((await run('users password asha', 'a long password here\n')).code, 0);
  t.is((await run('users role asha operator')).code, 0);
  const [user = ''] = (await run('users list --json')).out.split('\n');
  t.like(JSON.parse(user), { name: 'asha', role: 'operator', hasPassword: true, sessions: [] });
  t.regex(JSON.parse(user).addedBy, / at a terminal$/);
  t.notRegex(user, /hash|salt/);
  t.regex((await run('users list')).out, /^asha {2}operator {2,}0 logged in {2}since /);
  t.is((await run('users logout asha')).code, 0);
  t.is((await run('users remove asha')).code, 0);
  t.is((await run('users list')).out, 'No users.\n');
});

test('what cannot be done is a sentence, and what is called wrongly another', async (t) => {
  const run = commandsOn(folderOf(t));
  t.regex((await run('users list')).err, /there is no store at/);
  await run('users add ben --role admin');
  const twice = await run('users add ben --role admin');
  t.deepEqual([twice.code, twice.err], [1, 'There is a user ben already.\n']);
  t.deepEqual((await run('users password ben', 'short\n')).err, 'A password has at least 10 characters.\n');
  t.deepEqual((await run('users remove nobody')).err, 'There is no user nobody.\n');
  t.regex((await run('users link')).err, /^There are users already: name the one/);
  t.is((await run('users add carla --role boss')).code, 64);
  t.is((await run('users add carla')).code, 64);
  t.is((await run('tokens add shop --scopes everything --ends 90d')).code, 64);
  t.is((await run('tokens add shop --scopes read --ends never')).code, 64);
});

test('a token is shown once, and no command shows what is kept of it or of a password', async (t) => {
  const data = folderOf(t);
  const run = commandsOn(data);
  const made = await run('tokens add shop --scopes read,send --ends 90d');
  t.regex(made.out, /\n {2}threadless_shop\.[\w-]{43}\n$/);
  t.regex((await run('tokens list')).out, /^shop {2}read,send {2,}ends 20/);
  await run('users add asha --role admin');
  await run('users password asha', 'a long password here\n');
  const shown = await Promise.all(
    [
      'users list --json',
      'tokens list --json',
      'audit events --json',
      'audit events --csv',
      'audit events --csv-raw',
    ].map((words) => run(words)),
  );
  const all = shown.map(({ out }) => out).join('\n');
  t.regex(all, /TokenAdded/);
  t.regex(all, /PasswordChanged/);
  t.notRegex(all, /"+(?:sha256|password|salt|hash)"+ *: *"*\{?"+[\w-]{20}/);
  t.is((await run('tokens revoke shop')).code, 0);
  t.is((await run('tokens list')).out, 'No tokens.\n');
});

test('the link for the first admin is made anew until it is used', async (t) => {
  const data = folderOf(t);
  const run = commandsOn(data);
  t.regex((await run('users link')).out, /name=admin&link=/);
  t.regex((await run('users link')).out, /name=admin&link=/);
  t.regex((await run('users list')).out, /^admin {2}admin {2,}no password yet/);
  t.true(readFileSync(join(data, 'events.sqlite')).length > 0);
});

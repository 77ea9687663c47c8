// What others say is shown, and may quote what must not be read: no secret is told, whoever tells it.
import { join } from 'node:path';
import test from 'ava';
import { phone } from '../../projections/support/history.js';
import { received, secret } from './cases.js';
import { diagnose, findingOf, newFolder, sourcesOf, storeIn } from './support.js';

const failed = (error: string) => ({
  stream: phone(),
  type: 'RoutingFailed',
  data: {
    messageId: 'a',
    app: 'thrower',
    phase: 'handle',
    error,
    trace: [],
    failedAt: new Date().toISOString(),
  },
});

for (const [title, error, says] of [
  [
    'a password within an address',
    'Error: connect postgres://user:do/not@tell@host:5432/db failed',
    'Error: connect postgres://user:•••@host:5432/db failed',
  ],
  [
    'a key in a query',
    'GET https://a.test/?to=1&api_key=dontell&x=2',
    'GET https://a.test/?to=1&api_key=•••&x=2',
  ],
  ['what a header holds', 'sent Authorization: Bearer abcdefghijk', 'sent Authorization: Bearer •••'],
  ['a password of the configuration', 'user u, pa55wordlong!', 'user u, •••!'],
  ['a short one of the configuration', 'user u, pins, pinstripe', 'user u, •••, pinstripe'],
  [
    'nothing that is no secret',
    'see http://host:8080/a?mail=a@b for more',
    'see http://host:8080/a?mail=a@b for more',
  ],
] as const)
  test.serial(`an app's error is shown without its secrets: ${title}`, async (t) => {
    const data = newFolder(t, { secret });
    await storeIn(data, [received('a'), failed(error)]);
    const kannel = (password: string) => ({
      engine: 'kannel',
      sendsmsUrl: 'http://127.0.0.1:1/cgi-bin/sendsms',
      sendsmsParams: { username: 'u', password },
    });
    const backends = { kannel: kannel('pa55wordlong'), other: kannel('pins') };
    const found = await diagnose(await sourcesOf({ data, keys: { backends } }));
    const finding = findingOf(t, found, 'apps.failing');
    t.is(finding.says.replace(/^.*on the newest too: /, ''), says);
  });

test.serial('a secret is not quoted either where what it belongs to is wrong', async (t) => {
  const app = `throw new Error('neither shortsec1 nor 48151623');`;
  const apps = [join(newFolder(t, { 'quoting.mjs': app }), 'quoting.mjs')];
  const backends = { k: { engine: 'kannel', sendsmsParams: { password: 48151623 } } };
  const keys = { apps, backends, secret: 'shortsec1' };
  const found = await diagnose(await sourcesOf({ data: newFolder(t), keys }));
  t.regex(findingOf(t, found, 'apps.loaded', 'broken').says, /neither ••• nor •••/);
});

test.serial('an app that quotes a secret while it is loaded is shown without it', async (t) => {
  const app = `throw new Error('no way to postgres://user:donottell@host');`;
  const apps = [join(newFolder(t, { 'quoting.mjs': app }), 'quoting.mjs')];
  const found = await diagnose(await sourcesOf({ data: newFolder(t), keys: { apps } }));
  t.regex(findingOf(t, found, 'apps.loaded', 'broken').says, /no way to postgres:\/\/user:•••@host/);
});

test.serial(
  'a password that is a word leaves no gaps in our own sentences, which would tell it',
  async (t) => {
    const sendsmsParams = { username: 'u', password: 'router' };
    const kannel = { engine: 'kannel', sendsmsUrl: 'http://127.0.0.1:1/cgi-bin/sendsms', sendsmsParams };
    const found = await diagnose(await sourcesOf({ data: newFolder(t), keys: { backends: { kannel } } }));
    t.deepEqual(
      found.filter(({ says }) => says.includes('•••')),
      [],
    );
    t.regex(findingOf(t, found, 'router.address').says, /^No router answers/);
  },
);

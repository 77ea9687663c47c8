// What must not be read back: of the configuration, and in what others quote of it.
import test from 'ava';
import { loadConfig } from '../../src/main/config/load.js';
import { nodeFactsOf } from '../../src/main/nodeFacts.js';
import { blankKnown, blankSecrets, blankShown, secretsIn } from '../../src/main/secrets.js';

for (const [title, value] of [
  ['a number', 48151623],
  ['a boolean', true],
  ['a list', ['48151623', 48151623]],
  ['what is nested', { of: { it: 48151623 } }],
] as const)
  test(`${title} under the name of a secret is blanked and known`, (t) => {
    const given = { sendsmsParams: { username: 'a', own: value }, password: value, token: value };
    t.notRegex(JSON.stringify(blankSecrets(given)), /48151623|true/);
    t.regex(JSON.stringify(blankSecrets(given)), /"username":"a"/);
    t.true(secretsIn(given).includes(value === true ? 'true' : '48151623'));
  });

test('a backend may bear the name of a secret', (t) => {
  const given = { backends: { 'auth-token': { engine: 'http', password: 5 } } };
  t.deepEqual(blankSecrets(given), { backends: { 'auth-token': { engine: 'http', password: '•••' } } });
});

test('a start stores no secret, whatever its type', (t) => {
  const overrides = {
    backends: {
      k: { engine: 'kannel', sendsmsUrl: 'http://a/', sendsmsParams: { username: 'a', password: 48151623 } },
      h: { engine: 'http', outgoingUrl: 'https://ghp_Tok3nOnly99@host/x' },
    },
  };
  const stored = JSON.stringify(nodeFactsOf(loadConfig({ env: {}, overrides }), []));
  t.notRegex(stored, /48151623|ghp_/);
  t.regex(stored, /"outgoingUrl":"https:\/\/•••@host\/x"/);
});

for (const [address, shown] of [
  ['https://ghp_Tok3nOnly99@host/x', 'https://•••@host/x'],
  ['https://sk_live_1:@host/x', 'https://•••@host/x'],
  ['https://ghp_A1b2C3d4E5f6G7h8I9j0:x-oauth@host/x', 'https://•••:•••@host/x'],
  ['https://me:pa@ss@host/x', 'https://me:•••@host/x'],
  ['https://host/a@b?c', 'https://host/a@b?c'],
] as const)
  test(`the address ${address} is shown as ${shown}`, (t) => {
    t.deepEqual(blankSecrets({ address }), { address: shown });
  });

const config = {
  sendsmsParams: { username: 'rapid', password: 'pä "/\\&w0rd' },
  outgoingUrl: 'https://user:p%40ss-w0rd@host/',
  other: 'https://ghp_Tok3nOnly99@host/',
  outgoingHeaders: { Authorization: `Basic ${Buffer.from('me:in-the-h3ader').toString('base64')}` },
};
const password = config.sendsmsParams.password;
const base64 = (text: string) => Buffer.from(text).toString('base64');

for (const [title, quoted] of [
  ['in JSON', JSON.stringify(password).slice(1, -1)],
  ['in the JSON of others', 'p\\u00e4 \\u0022\\/\\\\\\u0026w0rd'],
  ['in JSON within JSON', JSON.stringify(JSON.stringify(password)).slice(3, -3)],
  ['percent-encoded', encodeURIComponent(password)],
  ['in a form', 'p%c3%a4+%22%2f%5c%26w0rd'],
  ['percent-encoded twice', encodeURIComponent(encodeURIComponent(password))],
  ['in HTML', 'p&#228; &quot;/\\&amp;w0rd'],
  ['with its user, in base64', base64(`rapid:${password}`)],
  ['with its user, in base64 without its end', base64(`rapid:${password}`).replace(/=+$/, '')],
  ['of an address', 'p@ss-w0rd'],
  ['of an address, as it stands there', 'p%40ss-w0rd'],
  ['of an address, in base64', base64('user:p@ss-w0rd')],
  ['a key in place of a user', 'ghp_Tok3nOnly99'],
  ['of a header, decoded', 'in-the-h3ader'],
] as const)
  test(`a secret that others quote is blanked: ${title}`, (t) => {
    t.regex(blankKnown(`denied for <${quoted}>, go away`, secretsIn(config)), /^denied for <•••>, go away$/);
  });

test('a short secret with signs in it is blanked as a word', (t) => {
  const secrets = secretsIn({ password: 'a-b1' });
  t.is(blankKnown('a-b1 %22a-b1%22 xa-b1 a-b12', secrets), '••• %22•••%22 xa-b1 a-b12');
});

test('how an address is written is shown, and not who stands in one', (t) => {
  const template = 'expected esdb://[user:password@]host:port[,host:port]?tls=true, with %40 for an @';
  t.is(blankShown(template), template);
  t.is(blankShown('GET https://ghp_Tok3n@host/x failed'), 'GET https://•••@host/x failed');
  t.is(blankShown('http://[::1]:8080/a?mail=a@b'), 'http://[::1]:8080/a?mail=a@b');
});

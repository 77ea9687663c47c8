import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { loadApps } from '../../src/main/apps.js';
import { ConfigError } from '../../src/main/config/config.js';
import { loadConfig } from '../../src/main/config/load.js';
import { blankSecrets } from '../../src/main/secrets.js';

const folder = mkdtempSync(join(tmpdir(), 'threadless-config-'));
let files = 0;
const file = (text: string): string => {
  files += 1;
  const path = join(folder, `${files}.yaml`);
  writeFileSync(path, text);
  return path;
};
const problems = (yaml: string, env: Record<string, string> = {}): string => {
  try {
    loadConfig({ env: { ...env, THREADLESS_CONFIG: file(yaml) } });
    return 'no problem';
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
};

const hookSecret = `whsec_${Buffer.alloc(32).toString('base64')}`;

test('what comes with the router is a configuration that works', (t) => {
  const config = loadConfig({ env: {} });
  t.like(config.http, { host: '127.0.0.1', port: 8000 });
  t.deepEqual(
    config.backends.map(({ name }) => name),
    ['my-kannel-backend', 'simple-http', 'httptester'],
  );
});

test('a file is merged over it, the environment over both', (t) => {
  const THREADLESS_CONFIG = file('http: { port: 9000, host: 0.0.0.0 }\ndata: /from/file\napps: [echo]\n');
  const config = loadConfig({ env: { THREADLESS_CONFIG, PORT: '9100', THREADLESS_DATA: '/from/env' } });
  t.like(config, { data: '/from/env', apps: ['echo'] });
  t.like(config.http, { host: '0.0.0.0', port: 9100 });
  t.is(config.backends.length, 3);
});

test('a key set to null is taken away', (t) => {
  const THREADLESS_CONFIG = file('backends: { simple-http: null }');
  t.deepEqual(
    loadConfig({ env: { THREADLESS_CONFIG } }).backends.map(({ name }) => name),
    ['my-kannel-backend', 'httptester'],
  );
});

for (const [yaml, partitions] of [
  ['routing: {}', 32],
  ['routing: { partitions: 8 }', 8],
  ['routing: { shares: 8 }', 8],
  ['routing: { partitions: 8, shares: 8 }', 8],
] as const) {
  test(`${yaml} spreads the conversations over ${partitions} partitions`, (t) => {
    t.like(loadConfig({ env: { THREADLESS_CONFIG: file(yaml) } }).routing, { partitions });
  });
}

test("an app's path is meant from the file that names it", (t) => {
  const THREADLESS_CONFIG = file('apps: [./hello.js, echo]');
  t.deepEqual(loadConfig({ env: { THREADLESS_CONFIG } }).apps, [join(folder, 'hello.js'), 'echo']);
});

for (const [yaml, expected] of [
  ['http: { prot: 8000 }', /http: unknown key prot/],
  ['http: { trustProxy: true }', /http\.trustProxy: expected the number of proxies/],
  ['http: { trustProxy: 0 }', /http\.trustProxy: expected number to be >=1/],
  ['http: { trustProxy: [10.0.0.0/33] }', /http\.trustProxy\.0: expected an address or a network/],
  ['access: { mode: open }', /access\.mode: /],
  ['access: { sessionHours: 0 }', /access\.sessionHours: /],
  [
    'backends: { simple-http: { from: [127.0.0.1, gateway] } }',
    /backends\.simple-http\.from\.1: expected an address or a network/,
  ],
  [
    'backends: { simple-http: { inbound: { secret: short } } }',
    /backends\.simple-http\.inbound\.secret: expected at least 16 characters/,
  ],
  ['nonsense: 1', /unknown key nonsense/],
  ['http: { port: "eighty" }', /http\.port: .*expected/],
  ['http: { port: 70000 }', /http\.port: .*65535/],
  ['routing: { lanes: 0 }', /routing\.lanes: expected/],
  ['routing: { partitions: 257 }', /routing\.partitions: .*256/],
  ['routing: { shares: 257 }', /routing\.shares: .*256/],
  ['routing: { partitions: 8, shares: 16 }', /routing\.shares: expected what routing\.partitions says/],
  ['workers: { beatMs: 1000, takeoverMs: 3000 }', /workers\.takeoverMs: expected at least four times/],
  ['apps: echo', /apps: expected array/],
  ['eventStore: { engine: postgres }', /eventStore\.engine: .*sqlite/],
  ['eventStore: { engine: eventstoredb }', /eventStore\.connectionString: expected one .*EVENTSTORE_URL/],
  [
    'eventStore: { engine: eventstoredb, connectionString: "http://a:b@c" }',
    /eventStore\.connectionString: expected esdb:/,
  ],
  [
    'eventStore: { engine: eventstoredb, connectionString: "esdb://a?tlsCAFile=/no/ca.crt" }',
    /eventStore\.connectionString: tlsCAFile: there is no file \/no\/ca\.crt/,
  ],
  [
    'eventStore: { engine: eventstoredb, connectionString: "esdb://a", appendTimeoutMs: 20001 }',
    /eventStore\.appendTimeoutMs: .*20000/,
  ],
  [
    'backends: { x: { engine: smtp } }',
    /backends\.x\.engine: expected one of kannel, http, httptester, got "smtp"/,
  ],
  ['backends: { x: {} }', /backends\.x\.engine: expected the name of an engine/],
  ['backends: { x: { engine: kannel } }', /backends\.x\.sendsmsUrl: /],
  ['backends: { x: { engine: http } }', /backends\.x\.outgoingUrl: /],
  [
    'backends: { x: { engine: kannel, sendsmsUrl: "http://a/", sendsmsUrll: 1 } }',
    /backends\.x: unknown key sendsmsUrll/,
  ],
  [
    'backends: { x: { engine: kannel, sendsmsUrl: "http://a/", retry: { maxAttempts: 0 } } }',
    /backends\.x\.retry\.maxAttempts/,
  ],
  [
    'backends: { "a/b": { engine: kannel } }',
    /backends\.a\/b: expected a name of letters, digits, dots, - and _$/m,
  ],
  ['backends: { y: { engine: http, path: /, outgoingUrl: "http://a/" } }', /backends\.y\.path: /],
  [
    'backends: { y: { engine: http, path: /http/simple-http/, outgoingUrl: "http://a/" } }',
    /backends\.y\.path: .*simple-http already/,
  ],
  ['webhooks: { "a/b": {} }', /webhooks\.a\/b: expected a name of letters, digits, dots, - and _$/m],
  [`webhooks: { w: { secret: ${hookSecret} } }`, /webhooks\.w\.url: expected an address/],
  [`webhooks: { w: { url: "ftp://a/", secret: ${hookSecret} } }`, /webhooks\.w\.url: .*http or https/],
  ['webhooks: { w: { url: "http://a/" } }', /webhooks\.w\.secret: expected whsec_ and the base64/],
  ['webhooks: { w: { url: "http://a/", secret: geheim } }', /webhooks\.w\.secret: expected whsec_/],
  ['webhooks: { w: { url: "http://a/", secret: whsec_c2hvcnQ= } }', /webhooks\.w\.secret: expected whsec_/],
  [
    `webhooks: { w: { url: "http://a/", secret: ${hookSecret}, events: [recieved] } }`,
    /expected some of received/,
  ],
  [`webhooks: { w: { url: "http://a/", secret: ${hookSecret}, giveUpAfter: 1 } }`, /unknown key giveUpAfter/],
  [
    `webhooks: { w: { url: "http://a/", secret: ${hookSecret}, backends: [kanel] } }`,
    /webhooks\.w\.backends: there is no backend kanel; there is: my-kannel-backend, simple-http/,
  ],
  [
    `webhooks: { w: { url: "http://a/", secret: ${hookSecret}, backends: [httptester] } }`,
    /webhooks\.w\.backends: httptester is a tester.*testers: true/,
  ],
  ['- a list', /expected keys and values/],
  ['a: [', /\.yaml: /],
] as const) {
  test(`${yaml} is refused with the key's path and what was expected`, (t) => {
    t.regex(problems(yaml), expected);
  });
}

for (const path of ['/healthz/', '/readyz/x/', '/metrics/', '/API/v1/sms/', '/httptester/y/']) {
  test(`a backend at ${path}, which is the router's own, is refused`, (t) => {
    t.regex(
      problems(`backends: { y: { engine: http, path: ${path}, outgoingUrl: "http://a/" } }`),
      /backends\.y\.path: expected an address that is not the router's own/,
    );
  });
}

test('a backend beside the addresses of the router is taken', (t) => {
  t.is(problems('backends: { y: { engine: http, path: /apiary/, outgoingUrl: "http://a/" } }'), 'no problem');
});

for (const yaml of ['', '# nothing: {}\n']) {
  test(`a file that says ${JSON.stringify(yaml)} changes nothing`, (t) => {
    const { http } = loadConfig({ env: { THREADLESS_CONFIG: file(yaml) } });
    t.deepEqual(http, loadConfig({ env: {} }).http);
  });
}

test('every problem is told at once', (t) => {
  const message = problems('http: { port: x }\nrouting: { lanes: 0 }');
  t.regex(message, /http\.port/);
  t.regex(message, /routing\.lanes/);
});

test('a key that is wrong hides none of the problems of the backends', (t) => {
  const message = problems(
    [
      'secret: shortsec',
      'backends:',
      '  a: { engine: smtp }',
      '  b: { engine: kannel, sendsmsUrl: "http://a/", sendsmsUrll: 1 }',
      '  c: { engine: http, outgoingUrl: "http://a/", timeoutMs: 0, path: /api/ }',
      '  d: { engine: http, outgoingUrl: 5, path: /healthz/ }',
      '  "e/f": { engine: kannel }',
      '  g: 5',
      '  h: { engine: 5 }',
    ].join('\n'),
  );
  for (const told of [
    'secret: expected at least 16',
    'backends.a.engine: expected one of',
    'backends.b: unknown key sendsmsUrll',
    'backends.c.timeoutMs: ',
    'backends.d.outgoingUrl: ',
    "backends.d.path: expected an address that is not the router's own",
    'backends.e/f: expected a name',
    'backends.e/f.sendsmsUrl: ',
    'backends.g: ',
    'backends.h.engine: ',
  ])
    t.true(message.includes(told), `${told}\n${message}`);
});

test('what keys must be to each other is told also when another is wrong', (t) => {
  const message = problems(
    [
      'eventStore: { engine: eventstoredb, readTimeoutMs: 0 }',
      'routing: { partitions: 8, shares: 16, lanes: 0 }',
      'workers: { beatMs: 1000, takeoverMs: 3000, other: 1 }',
    ].join('\n'),
  );
  for (const told of [
    'eventStore.connectionString: expected one',
    'eventStore.readTimeoutMs: ',
    'routing.shares: expected what',
    'routing.lanes: ',
    'workers.takeoverMs: expected at least four',
    'workers: unknown key other',
  ])
    t.true(message.includes(told), `${told}\n${message}`);
});

test('a file that is not there is named', (t) => {
  t.throws(() => loadConfig({ env: { THREADLESS_CONFIG: '/nowhere/x.yaml' } }), {
    message: /\/nowhere\/x\.yaml/,
  });
});

test('a port that is no number is refused', (t) => {
  t.regex(problems('{}', { PORT: '80a' }), /http\.port/);
});

const settings = { defaultResponse: 'What?' };

test('apps are loaded in order, from built-in names and modules, with where they came from', async (t) => {
  const module = join(folder, 'hello.mjs');
  writeFileSync(module, "export default { name: 'hello', handle: () => true };");
  const loaded = await loadApps(['ping', module, 'default'], settings);
  t.deepEqual(
    loaded.map(({ app }) => app.name),
    ['ping', 'hello', 'default'],
  );
  t.is(loaded[0]?.origin.source, 'built-in');
  t.is(loaded[1]?.origin.source, module);
  t.is(loaded[1]?.origin.sha256?.length, 64);
});

test('an app that cannot be loaded is refused with the key and the reason', async (t) => {
  const noApp = join(folder, 'noApp.mjs');
  writeFileSync(noApp, 'export default { handle: () => true };');
  const broken = join(folder, 'broken.mjs');
  writeFileSync(broken, 'this is no JavaScript');
  await t.throwsAsync(loadApps(['ehco'], settings), {
    message: /apps\.0: expected a built-in app \(echo, ping, default\)/,
  });
  await t.throwsAsync(loadApps(['echo', noApp], settings), { message: /apps\.1: .*An app needs a name/ });
  await t.throwsAsync(loadApps([broken], settings), { message: /apps\.0: / });
  await t.throwsAsync(loadApps([join(folder, 'missing.mjs')], settings), { message: /apps\.0: / });
  await t.throwsAsync(loadApps(['echo', 'echo'], settings), { message: /two apps are named echo/ });
});

test('secrets are blanked wherever they stand', (t) => {
  const blanked = JSON.stringify(
    blankSecrets({
      sendsmsParams: { username: 'u', password: 's3cret', pwd: 's3cret', own: 's3cret', smsc: 'shown' },
      outgoingHeaders: { Authorization: 'Bearer s3cret', 'X-Auth': 's3cret', 'X-Own': 's3cret' },
      outgoingUrl: 'http://me:s3cret@s3cret@host/?token=s3cret&k=s3cret&sig=s3cret&text=%(text)s',
      statusUrl: 'http://host:13000/status.xml?password=s3cret',
      list: [{ apiKey: 's3cret', pwd: 's3cret' }],
    }),
  );
  t.false(blanked.includes('s3cret'));
  for (const shown of ['%(text)s', 'shown', 'http://me:•••@host/?token=•••&k=•••'])
    t.true(blanked.includes(shown), shown);
});

test.serial('a file that cannot be parsed is told without what stands in it', async (t) => {
  const warnings: string[] = [];
  const note = ({ message }: Error) => warnings.push(message);
  process.on('warning', note);
  t.teardown(() => process.off('warning', note));
  const texts = [
    'secret: one\nsecret: LEAKS3CRET',
    'backends: { g: {engine: http, password: "LEAKS3CRET}',
    '[b\nsecret: LEAKS3CRET',
    'secret: *LEAKS3CRET',
    '\tsecret: LEAKS3CRET',
    'secret: "LEAKS3CRET" LEAKS3CRET',
    '%LEAKS3CRET',
  ];
  for (const text of texts) {
    const told = problems(text);
    t.regex(told, /\.yaml: /, text);
    t.false(told.includes('LEAKS3CRET'), told);
  }
  // A warning comes with the next turn.
  await new Promise((resolve) => setImmediate(resolve));
  t.deepEqual(warnings, []);
});

test('a webhook has a secret or several, and none of them is read back', (t) => {
  const webhook = `{ url: "https://us:geheim1@a/?key=geheim2", secret: [${hookSecret}, ${hookSecret}] }`;
  const { webhooks } = loadConfig({ env: { THREADLESS_CONFIG: file(`webhooks: { auth: ${webhook} }`) } });
  t.like(webhooks.auth, {
    giveUpAfterMs: 86_400_000,
    events: ['received', 'outcome', 'report', 'dead-letter'],
  });
  const shown = JSON.stringify(blankSecrets({ webhooks }));
  t.notRegex(shown, /whsec|geheim/);
  t.regex(shown, /"timeoutMs":15000/, 'its name makes no secret of the rest');
});

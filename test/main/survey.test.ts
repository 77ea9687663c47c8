import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { loadConfig } from '../../src/main/config/load.js';
import { type Survey, surveyConfig } from '../../src/main/config/survey.js';

const fileWith = (t: ExecutionContext, yaml: string): string => {
  const folder = mkdtempSync(join(tmpdir(), 'threadless-survey-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'my.yaml'), yaml);
  return join(folder, 'my.yaml');
};

const fromOf = ({ values }: Survey, key: string) => values.find((value) => value.key === key)?.from;

test('of each key it is known which layer has set it', (t) => {
  const file = fileWith(t, 'http: { host: 0.0.0.0, port: 9000 }\nbackends: { simple-http: null }');
  const survey = surveyConfig({ env: { THREADLESS_CONFIG: file, PORT: '9001' } });
  t.deepEqual(survey.problems, []);
  t.is(fromOf(survey, 'http.host'), file);
  t.is(fromOf(survey, 'http.port'), 'PORT');
  t.is(fromOf(survey, 'routing.lanes'), undefined);
  t.regex(fromOf(survey, 'backends.my-kannel-backend.sendsmsUrl') ?? '', /config\/default\.yaml$/);
  t.false(survey.values.some(({ key }) => key.startsWith('backends.simple-http')));
});

test('a configuration without a fault is the one that a router starts with', (t) => {
  const sources = { env: { PORT: '9001' }, overrides: { routing: { lanes: 3 } } };
  const plain = (config: object) => JSON.parse(JSON.stringify(config)) as unknown;
  t.deepEqual(plain(surveyConfig(sources).config), plain(loadConfig(sources)));
});

test('a value that is given under the older name of its key comes from there', (t) => {
  const file = fileWith(t, 'routing: { shares: 8 }');
  const survey = surveyConfig({ env: { THREADLESS_CONFIG: file } });
  t.deepEqual(survey.problems, []);
  t.is(survey.config.routing.partitions, 8);
  t.is(fromOf(survey, 'routing.partitions'), file);
});

test('what is wrong is told with where it stands, left out, and the rest is used', (t) => {
  const file = fileWith(
    t,
    [
      'http: { port: many, host: 0.0.0.0 }',
      'routng: {}',
      'workers: { takeoverMs: 1 }',
      'backends: { good: { engine: http, outgoingUrl: "http://127.0.0.1/" }, bad.one: { engine: smoke } }',
    ].join('\n'),
  );
  const { problems, leftOut, config } = surveyConfig({ env: { THREADLESS_CONFIG: file } });
  t.deepEqual([...new Set(problems.map(({ from }) => from))], [file]);
  t.regex(problems.map(({ text }) => text).join('\n'), /http\.port: expected number/);
  t.deepEqual([...leftOut].sort(), ['backends.bad.one', 'http.port', 'routng', 'workers.takeoverMs']);
  t.is(config.http.port, 8_000);
  t.is(config.http.host, '0.0.0.0');
  t.deepEqual(
    config.backends.map(({ name }) => name),
    ['my-kannel-backend', 'simple-http', 'httptester', 'good'],
  );
});

test('a file that cannot be read is a problem, and the others are read', (t) => {
  const { problems, layers, config } = surveyConfig({
    env: { THREADLESS_CONFIG: '/nowhere/my.yaml', PORT: '9001' },
  });
  t.is(problems.length, 1);
  t.regex(problems[0]?.text ?? '', /^\/nowhere\/my\.yaml: ENOENT/);
  t.is(layers.length, 2);
  t.is(config.http.port, 9_001);
});

for (const [yaml, key] of [
  ['backends: &a { x: *a }', 'backends.x'],
  ['a: &a { b: [ { c: *a } ] }', 'a.b.0.c'],
  ['&all\nhttp: *all', 'http'],
] as const)
  test(`${yaml} holds itself: said with its key, to the start as to a survey`, (t) => {
    const env = { THREADLESS_CONFIG: fileWith(t, yaml) };
    const said = new RegExp(`my\\.yaml: ${key} is an alias of what it stands in`);
    t.throws(() => loadConfig({ env }), { message: said });
    t.regex(
      surveyConfig({ env })
        .problems.map(({ text }) => text)
        .join(),
      said,
    );
  });

test('an alias that stands beside what it names is taken', (t) => {
  const yaml = 'backends: { a: &a { engine: http, outgoingUrl: "http://127.0.0.1/" }, b: *a }';
  t.deepEqual(surveyConfig({ env: { THREADLESS_CONFIG: fileWith(t, yaml) } }).problems, []);
});

test('whatever stands in place of a key, the rest is used', (t) => {
  const keys = surveyConfig({ env: {} }).values.map(({ key }) => key.split('.'));
  const tops = keys.map(([top = '']) => [top]);
  for (const path of [...keys, ...tops])
    for (const junk of [null, 3, 'x', true, [], [3], {}, { other: 1 }]) {
      const overrides = path.reduceRight<unknown>((below, key) => ({ [key]: below }), junk) as Record<
        string,
        unknown
      >;
      const { config, problems, leftOut } = surveyConfig({ env: {}, overrides });
      t.true(config.backends.length <= 3);
      t.is(problems.length === 0, leftOut.length === 0, `${path.join('.')} ${JSON.stringify(junk)}`);
    }
});

test('a webhook of a backend that is not there is told, and the rest is used', (t) => {
  const secret = `whsec_${Buffer.alloc(32).toString('base64')}`;
  const file = fileWith(t, `webhooks: { w: { url: "http://a/", secret: ${secret}, backends: [kanel] } }`);
  const { problems, leftOut, config } = surveyConfig({ env: { THREADLESS_CONFIG: file } });
  t.like(problems, [{ from: file }]);
  t.regex(problems[0]?.text ?? '', /webhooks\.w\.backends: there is no backend kanel/);
  t.deepEqual(leftOut, ['webhooks.w.backends']);
  t.is(config.webhooks.w?.url, 'http://a/');
  t.is(config.backends.length, 3);
});

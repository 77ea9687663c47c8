// `npm test` runs what needs nothing but Node, `npm run test:kannel` the suite that needs a real Kannel. `npm run test:eventstoredb`
// starts the suite of all that can run on one EventStoreDB server: test/oneServer/run.ts.
const kannel = 'test/kannel/**/*.test.ts';
// On a stand-in of their own `npm test` has run these, which take minutes: a real server is where they say more.
const longOnes = [
  'test/workers/eventstoredb-processes.test.ts',
  'test/main/eventstoredb/longRun.test.ts',
  'test/replay/eventstoredb.test.ts',
  'test/webhooks/eventstoredb.test.ts',
  'test/access/eventstoredb.test.ts',
  'test/kannel/kill.test.ts',
];
const suites = {
  unit: { files: ['test/**/*.test.ts', '!test/kannel/**', '!test/browser/**'] },
  // Needs chromium: CHROMIUM says where it is, if not /usr/bin/chromium.
  browser: { files: ['test/browser/**/*.test.ts'], concurrency: 1, timeout: '2m' },
  kannel: { files: [kannel], concurrency: 1, timeout: '3m' },
  eventstoredb: {
    files: [
      'test/**/eventstoredb*.test.ts',
      'test/**/eventstoredb/**/*.test.ts',
      'test/projections/{cli,deploy,server}.test.ts',
      kannel,
      // What the stand-in and Kannel do by themselves.
      '!test/eventstoredb/standIn.test.ts',
      '!test/kannel/harness.test.ts',
      ...(process.env.ONE_SERVER === 'stand-in' ? longOnes.map((file) => `!${file}`) : []),
    ],
    // Routers on one store share its work: never two tests at a time.
    concurrency: 1,
    serial: true,
    timeout: '3m',
  },
};

const suite = process.env.SUITE ?? 'unit';
// Elsewhere each test has a server of its own, and many run at a time.
if (suite !== 'eventstoredb') delete process.env.EVENTSTORE_URL;

export default {
  timeout: '60s',
  ...suites[suite],
  typescript: {
    rewritePaths: { 'src/': 'dist/src/', 'test/': 'dist/test/' },
    compile: false,
  },
};

// `npm test` runs what needs nothing but Node; SUITE=kannel runs the suite that needs a real Kannel.
const suites = {
  unit: { files: ['test/**/*.test.ts', '!test/kannel/**'] },
  kannel: { files: ['test/kannel/**/*.test.ts'], concurrency: 1, timeout: '3m' },
  // The same but for what Kannel does without us.
  'kannel-eventstoredb': {
    files: ['test/kannel/**/*.test.ts', '!test/kannel/harness.test.ts'],
    concurrency: 1,
    timeout: '3m',
    environmentVariables: { ENGINE: 'eventstoredb' },
  },
};

export default {
  timeout: '60s',
  ...suites[process.env.SUITE ?? 'unit'],
  typescript: {
    rewritePaths: { 'src/': 'dist/src/', 'test/': 'dist/test/' },
    compile: false,
  },
};

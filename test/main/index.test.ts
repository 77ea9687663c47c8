import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import test from 'ava';

const index = fileURLToPath(new URL('../../src/index.js', import.meta.url));

test('the package is loaded without the router, which is there when one is started', (t) => {
  const program = `
    import { ConfigError, defineApp, startRouter } from ${JSON.stringify(index)};
    const isLoaded = (name) => process.moduleLoadList.includes('NativeModule ' + name);
    defineApp({ name: 'app' });
    const before = isLoaded('http2');
    await startRouter({ env: { THREADLESS_DATA: '' }, overrides: { nonsense: true } }).then(
      () => console.log('started'),
      (error) => console.log(before, isLoaded('http2'), error instanceof ConfigError),
    );`;
  const parameters = ['--input-type=module', '--eval', program];
  t.is(execFileSync(process.execPath, parameters, { encoding: 'utf8' }), 'false true true\n');
});

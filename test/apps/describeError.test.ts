import { readFileSync } from 'node:fs';
import test from 'ava';
import { defineApp } from '../../src/apps/app.js';
import { describeError } from '../../src/apps/describeError.js';
import { Simulation } from '../../src/testing/simulation.js';

test('an error that the router throws at an app is described with the place in the app', async (t) => {
  const app = defineApp({ name: 'app', handle: (message) => message.respond(3 as unknown as string) });
  const { error } = await new Simulation([app]).receive('hello');
  t.regex(error ?? '', /^TypeError: .* at .*describeError\.test\.[jt]s:\d+:\d+\)$/);
});

test('so is one of Node, and one that has no other place is described with that', (t) => {
  const thrownBy = (work: () => unknown): string => {
    try {
      work();
      return '';
    } catch (error) {
      return describeError(error);
    }
  };
  t.regex(
    thrownBy(() => readFileSync('/no/such/file')),
    / at .*describeError\.test\.[jt]s:\d+:\d+\)?$/,
  );
  const bare = Object.assign(new Error('bare'), { stack: 'Error: bare\n    at node:internal/main/x:1:2' });
  t.is(describeError(bare), 'Error: bare at node:internal/main/x:1:2');
});

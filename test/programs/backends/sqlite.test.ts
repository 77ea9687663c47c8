import test from 'ava';
import { NoSuchBackend } from '../../../src/outbound/backends.js';
import { backendsOn, newService } from './engines.js';

backendsOn(test, async () => undefined);

test('a backend that is not configured is neither paused nor resumed', async (t) => {
  const service = await newService(t);
  const router = await service.start();
  await router.incoming(service.backend, '1', 'echo x');
  await t.throwsAsync(
    service.ask('write', (backends) => backends.pause('nope', 'ann', 'x')),
    {
      instanceOf: NoSuchBackend,
      message: `There is no backend nope. The configured backends are: ${service.backend}.`,
    },
  );
});

// A tester in a whole router: a text in by HTTP, the answer in the store, and what was played of it.
import test, { type ExecutionContext } from 'ava';
import { startRouter } from '../../src/main/index.js';

const running = async (t: ExecutionContext) => {
  const router = await startRouter({
    env: {},
    overrides: {
      http: { port: 0 },
      eventStore: { engine: 'memory' },
      log: { level: 'silent' },
      backends: {
        'my-kannel-backend': null,
        'simple-http': null,
        'httptester-public': { engine: 'httptester' },
        'httptester-private': { engine: 'httptester', play: 'failed' },
      },
    },
  });
  t.teardown(() => router.stop());
  const post = (backend: string, body: string) =>
    fetch(`${router.url}/httptester/${backend}/`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body,
    });
  return { router, post };
};

for (const [backend, fields, status] of [
  ['httptester-public', '', 'delivered'],
  ['httptester-private', '', 'failed'],
  ['httptester-private', '&play=delivered', 'delivered'],
] as const) {
  test(`a text to ${backend}${fields} is answered, and ${status} is reported`, async (t) => {
    const { router, post } = await running(t);
    const response = await post(backend, `identity=1112223333&text=echo+hello${fields}`);
    t.is(response.status, 200);
    t.is(await response.text(), 'OK');
    const types: string[] = [];
    const events = router.store.subscribe({ filter: { categories: ['conversation'] } });
    for await (const item of events) {
      if (item.kind !== 'event') continue;
      types.push(item.event.type);
      if (item.event.type !== 'DeliveryReported') continue;
      t.like(item.event.data, { status });
      break;
    }
    events.close();
    t.deepEqual(types.slice(0, 3), ['MessageReceived', 'MessageRouted', 'MessageSent']);
  });
}

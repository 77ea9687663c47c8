import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { conversationStream } from '../../src/domain/connection.js';
import type { RecordedEvent } from '../../src/domain/event.js';
import { evolve, isEnded, isTaken, outboundMessage } from '../../src/domain/outboundMessage.js';
import { isNewer } from '../../src/domain/understood.js';
import { type Router, startRouter } from '../../src/main/index.js';
import { readProjections } from '../../src/projections/files.js';
import { eventually } from '../kannel/support/wait.js';
import { ourFolder, statesOver } from '../projections/support/history.js';
import { logOf } from '../support/log.js';
import { backends } from './backends.js';
import { writeHistory } from './folder.js';
import { longestConnection } from './options.js';
import { type Made, madeInMemory } from './support/made.js';

/** A gateway for all backends: takes every text, as each of them expects it. */
const listening = async (t: ExecutionContext) => {
  let calls = 0;
  const server: Server = createServer((request, response) => {
    request.resume();
    request.once('end', () => {
      calls += 1;
      response.writeHead(202).end('0: Accepted for delivery');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { address, calls: () => calls };
};

const started = async (t: ExecutionContext, folder: string, address: string): Promise<Router> => {
  const urls = backends.map(({ name, engine }) => [
    name,
    engine === 'kannel' ? { sendsmsUrl: `${address}/sendsms` } : { outgoingUrl: `${address}/out` },
  ]);
  const router = await startRouter({
    env: { THREADLESS_CONFIG: join(folder, 'config.yaml'), THREADLESS_DATA: folder },
    overrides: { http: { port: 0 }, backends: Object.fromEntries(urls), projections: { run: false } },
    log: logOf(t),
  });
  t.teardown(() => router.stop());
  return router;
};

const allIn = async ({ store }: Router): Promise<readonly RecordedEvent[]> => {
  const events: RecordedEvent[] = [];
  for await (const event of store.readAll()) events.push(event);
  return events;
};

const idsOf = (events: readonly RecordedEvent[], ...types: string[]): string[] =>
  events
    .filter((event) => types.includes(event.type) && !isNewer(event))
    .map(({ data }) => String((data as Made['data']).messageId))
    .toSorted();

/** Texts of which something is left to do. */
const unfinished = (events: readonly RecordedEvent[]): readonly string[] => {
  const messages = new Map(idsOf(events, 'MessageSent').map((id) => [id, outboundMessage(id)]));
  for (const event of events) {
    const id = String((event.data as Made['data']).messageId);
    const message = messages.get(id);
    if (message !== undefined) messages.set(id, evolve(message, event));
  }
  const left = [...messages.values()].filter((message) => !isEnded(message) && !isTaken(message));
  return left.map(({ messageId }) => messageId).toSorted();
};

const unrouted = (events: readonly RecordedEvent[]): readonly string[] => {
  const settling = ['MessageRouted', 'RoutingFailed'];
  const settled = new Set(
    events
      .filter(({ type }) => settling.includes(type))
      .map(({ data }) => String((data as Made['data']).messageId)),
  );
  return idsOf(events, 'MessageReceived').filter((id) => !settled.has(id));
};

test('a router that starts on a history does what was left, and nothing that was settled', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'threadless-history-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  await writeHistory(folder, { seed: 11, events: 4_000 });
  const { address, calls } = await listening(t);
  const router = await started(t, folder, address);
  await eventually('readiness', 50_000, async () => (await fetch(`${router.url}/readyz`)).ok);
  const begun = (await allIn(router)).slice(0, 4_000);
  const [toRoute, toHandOver] = [unrouted(begun), unfinished(begun)];
  t.is(toRoute.length, 3);
  t.is(toHandOver.length, 2);

  // Each that waits is answered with one text.
  const expected = toHandOver.length + toRoute.length;
  await eventually('every text', 30_000, async () => {
    const after = (await allIn(router)).slice(4_000);
    return idsOf(after, 'MessageDispatched').length >= expected;
  });
  await router.incoming('simple-http', 'last', 'ping');
  await eventually('the last text', 30_000, () => calls() > expected);
  const after = (await allIn(router)).slice(4_000);
  t.true(await router.stop());

  t.is(calls(), expected + 1);
  const [last] = idsOf(after, 'MessageReceived');
  t.deepEqual(idsOf(after, 'MessageRouted'), [...toRoute, String(last)].toSorted());
  t.deepEqual(idsOf(after, 'RoutingFailed'), []);
  for (const id of toHandOver) t.true(idsOf(after, 'MessageDispatched').includes(id));
});

test('every projection folds a history without a fault, and knows the longest conversation', async (t) => {
  const store = await madeInMemory({ seed: 12, events: 4_000 });
  for (const file of readProjections([ourFolder])) {
    const states = await statesOver(store, file);
    t.true(states.size > 0, file.name);
    if (file.name === 'connections') t.true(states.has(conversationStream(longestConnection)));
  }
});

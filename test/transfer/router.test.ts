import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { conversationStream } from '../../src/domain/connection.js';
import type { RecordedEvent } from '../../src/domain/event.js';
import { type Router, startRouter } from '../../src/main/index.js';
import { exportStore } from '../../src/programs/export.js';
import { importStore } from '../../src/programs/import.js';
import { collect, event, ids } from '../store/events.js';
import { openStore } from '../store/sqlite-engine.js';
import { newFolder } from './support.js';

/** A gateway that takes every text and keeps what it was given. */
class Gateway {
  readonly texts: string[] = [];
  #wake: () => void = () => {};
  readonly #server = createServer((request, response) => {
    this.texts.push(new URL(request.url ?? '', 'http://gateway').searchParams.get('text') ?? '');
    response.writeHead(200).end('taken');
    this.#wake();
  });

  async listen(t: ExecutionContext): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    t.teardown(() => {
      this.#server.close();
      this.#server.closeAllConnections();
    });
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/?text=%(text)s`;
  }

  async took(count: number): Promise<void> {
    while (this.texts.length < count) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

const sources = (data: string, outgoingUrl: string) => ({
  env: {},
  overrides: {
    data,
    apps: ['echo'],
    log: { level: 'silent' },
    backends: { 'my-kannel-backend': null, 'simple-http': { outgoingUrl } },
  },
});

const started = async (t: ExecutionContext, data: string, outgoingUrl: string): Promise<Router> => {
  const router = await startRouter({ ...sources(data, outgoingUrl), listen: false });
  t.teardown(() => router.stop());
  return router;
};

const countsOf = (events: readonly RecordedEvent[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { type } of events) counts[type] = (counts[type] ?? 0) + 1;
  return counts;
};

test('a router on an imported store routes and sends nothing again, and takes up what waited', async (t) => {
  const gateway = new Gateway();
  const url = await gateway.listen(t);
  const [data, target] = [await newFolder(t), await newFolder(t)];

  // Given a router that has answered, and stopped; then a message that no one has routed yet.
  const first = await started(t, data, url);
  for (let count = 0; count < 20; count += 1) {
    await first.incoming('simple-http', `${count % 4}`, `echo no. ${count}`);
  }
  await gateway.took(20);
  t.true(await first.stop());
  const source = await openStore(t, { path: join(data, 'events.sqlite') });
  const waiting = event({
    type: 'MessageReceived',
    data: { messageId: event().id, text: 'echo waited', receivedAt: '2026-01-01T00:00:00.000Z' },
  });
  await source.append(conversationStream({ backend: 'simple-http', identity: '1' }), [waiting]);

  // When the store moves.
  const file = join(target, 'x.ndjson');
  await exportStore({ to: file }, sources(data, url));
  await importStore({ from: file }, sources(target, url));
  const second = await started(t, target, url);

  // Then only what waited is answered, and what comes from now on.
  await gateway.took(21);
  await second.incoming('simple-http', '1', 'echo new');
  await gateway.took(22);
  t.true(await second.stop());
  t.deepEqual(gateway.texts.slice(20), ['waited', 'new']);
  const copy = await openStore(t, { path: join(target, 'events.sqlite') });
  t.like(countsOf(await collect(copy.readAll())), {
    MessageReceived: 22,
    MessageRouted: 22,
    MessageSent: 22,
    MessageDispatched: 22,
  });

  // And done again, the import changes nothing, though the router has written since.
  const after = await ids(copy.readAll());
  const { events, before } = await importStore({ from: file }, sources(target, url));
  t.is(before, events);
  t.deepEqual(await ids(copy.readAll()), after);
});

import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 } from 'uuid';
import { conversationStream } from '../../src/domain/connection.js';
import type { NewEvent } from '../../src/domain/event.js';
import type { EventStore } from '../../src/store/port.js';
import { openSqliteStore } from '../../src/store/sqlite/open.js';
import type { Size } from './http.js';
import { type Row, ratioRow } from './rows.js';
import { router } from './server.js';

/** Start on a store with a long history against an empty one. */
export const startRows = async (
  { runs, storedEvents }: Size,
  told: (line: string) => void,
): Promise<readonly Row[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'threadless-start-'));
  try {
    const full = join(folder, 'full');
    await mkdir(full);
    await fill(join(full, 'events.sqlite'), storedEvents, told);
    // The first start reads the history once and leaves its checkpoints.
    await (await startOn(full, true)).stop();
    const pairs = [];
    for (let run = 1; run <= runs; run += 1) {
      const ours = await timedStart(full);
      const theirs = await timedStart(join(folder, `empty${run}`));
      told(`run ${run}: ${Math.round(ours)} : ${Math.round(theirs)} ms`);
      pairs.push({ ours, theirs });
    }
    const what = `start on a store of ${storedEvents.toLocaleString('en')} events`;
    return [
      ratioRow(
        { what, baseline: 'start on an empty store', target: { lessThan: 1.5 }, measuredIn: 'ms' },
        pairs,
      ),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** From the start of the process until everything that waited is taken up. */
const timedStart = async (data: string): Promise<number> => {
  const begun = performance.now();
  const server = await startOn(data, false);
  await ready(server.url);
  const took = performance.now() - begun;
  await server.stop();
  return took;
};

const startOn = async (data: string, wait: boolean) => {
  const server = await router({ apps: ['echo'] }, { data });
  if (wait) await ready(server.url);
  return server;
};

const ready = async (url: string): Promise<void> => {
  for (;;) {
    const { ok } = await fetch(`${url}/readyz`);
    if (ok) return;
  }
};

/** Conversations of five events a message, all final, from 10,000 phones. */
export const fill = async (path: string, count: number, told: (line: string) => void): Promise<void> => {
  const store = await openSqliteStore({ path });
  await fillStore(store, 'my-kannel-backend', count, told);
  await store.close();
};

/** The same in any store, from the phones of one backend. */
export const fillStore = async (
  store: EventStore,
  backend: string,
  count: number,
  told: (line: string) => void,
): Promise<void> => {
  const messages = Math.ceil(count / 5);
  for (let from = 0; from < messages; from += 1_000) {
    const batch = Array.from({ length: Math.min(1_000, messages - from) }, (_, index) => from + index);
    await Promise.all(
      batch.map((nth) => {
        const identity = `+25670${1_000_000 + (nth % 10_000)}`;
        return store.append(conversationStream({ backend, identity }), story(nth));
      }),
    );
    if (from % 50_000 === 0) told(`${from * 5} of ${count} events stored`);
  }
};

const story = (nth: number): NewEvent[] => {
  const [messageId, sentId] = [v7(), v7()];
  const at = new Date().toISOString();
  const event = (id: string, type: string, data: object): NewEvent => ({
    id,
    type,
    data,
    metadata: {
      $correlationId: messageId,
      ...(id === messageId ? {} : { $causationId: messageId }),
      schema: 1,
    },
  });
  const text = `report ${nth} malaria`;
  return [
    event(messageId, 'MessageReceived', {
      messageId,
      text,
      receivedAt: at,
      gateway: { id: `K${nth}`, charset: 'UTF-8' },
    }),
    event(v7(), 'MessageRouted', { messageId, outcome: 'handled', app: 'echo', trace: [], routedAt: at }),
    event(sentId, 'MessageSent', {
      messageId: sentId,
      inResponseTo: messageId,
      app: 'echo',
      text,
      sentAt: at,
    }),
    event(v7(), 'MessageDispatched', {
      messageId: sentId,
      attempt: 1,
      answer: '0: Accepted for delivery',
      dispatchedAt: at,
    }),
    event(v7(), 'DeliveryReported', { messageId: sentId, status: 'delivered', code: '1', reportedAt: at }),
  ];
};

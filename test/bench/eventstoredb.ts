import { EventStoreDBClient, jsonEvent, START, streamNameFilter } from '@eventstore/db-client';
import { v7 } from 'uuid';
import type { NewEvent } from '../../src/domain/event.js';
import { openEventStoreDBStore } from '../../src/store/eventstoredb/open.js';
import type { OpenStore } from '../../src/store/port.js';
import { newName } from '../store/events.js';
import { answeredRows } from './answered.js';
import { firstStartRows } from './firstStart.js';
import type { Size } from './http.js';
import { type Row, ratioRow } from './rows.js';
import { type MeasuredServer, serverOfRun } from './serverOfRun.js';

const inFlight = 64;
const conversations = 1_000;

/** All that is measured over one server, which is told. */
export const eventStoreDBRows = async (size: Size, told: (line: string) => void): Promise<readonly Row[]> => {
  const server = await serverOfRun();
  told(`on ${server.name}`);
  try {
    return [
      ...(await portRows(size, server, told)),
      ...(await answeredRows(size, server, told)),
      ...(await firstStartRows(size, server, told)),
    ];
  } finally {
    server.stop();
  }
};

/** Our port against the bare client. */
const portRows = async (
  { runs, requests }: Size,
  { connectionString, name }: MeasuredServer,
  told: (line: string) => void,
): Promise<readonly Row[]> => {
  const client = EventStoreDBClient.connectionString(connectionString);
  const store = await openEventStoreDBStore({ connectionString });
  const [ours, theirs] = [newName('ours'), newName('theirs')];
  try {
    const appends = await pairs(runs, told, 'appends/s', {
      ours: () => rateOf(requests, (nth) => store.append(streamOf(ours, nth), [event(nth)])),
      theirs: () => rateOf(requests, (nth) => bareAppend(client, streamOf(theirs, nth), event(nth))),
    });
    const catchUps = await pairs(runs, told, 'events/s', {
      ours: () => catchUp(store, ours, requests),
      theirs: () => bareCatchUp(client, ours, requests),
    });
    const baseline = `bare @eventstore/db-client on ${name}`;
    return [
      ratioRow(
        { what: 'appends to EventStoreDB, 64 in flight', baseline, target, measuredIn: 'appends/s' },
        appends,
      ),
      ratioRow({ what: 'catching up with EventStoreDB', baseline, target, measuredIn: 'events/s' }, catchUps),
    ];
  } finally {
    await store.close();
    await client.dispose();
  }
};

const target = { atLeast: 0.9 };

type Measure = () => Promise<number>;

/** Run 0 warms both up: the conversations are there, as they are in a router that has run for a while. */
const pairs = async (
  runs: number,
  told: (line: string) => void,
  unit: string,
  { ours, theirs }: { readonly ours: Measure; readonly theirs: Measure },
): Promise<readonly { ours: number; theirs: number }[]> => {
  const results = [];
  for (let run = 0; run <= runs; run += 1) {
    // In turn, since what comes second finds the server's log longer.
    const first = run % 2 === 0 ? await ours() : await theirs();
    const second = run % 2 === 0 ? await theirs() : await ours();
    const pair = run % 2 === 0 ? { ours: first, theirs: second } : { ours: second, theirs: first };
    if (run === 0) continue;
    told(`run ${run}: ${Math.round(pair.ours)} : ${Math.round(pair.theirs)} ${unit}`);
    results.push(pair);
  }
  return results;
};

const streamOf = (category: string, nth: number) => `${category}-${nth % conversations}`;

const event = (nth: number): NewEvent => ({
  id: v7(),
  type: 'MessageReceived',
  data: { messageId: v7(), text: `report ${nth} malaria`, receivedAt: new Date().toISOString() },
  metadata: { $correlationId: v7(), schema: 1 },
});

const bareAppend = (client: EventStoreDBClient, stream: string, { id, type, data, metadata }: NewEvent) =>
  client.appendToStream(
    stream,
    jsonEvent({ id, type, data: data as object as Record<string, string>, metadata }),
  );

const rateOf = async (count: number, append: (nth: number) => Promise<unknown>): Promise<number> => {
  const begun = performance.now();
  let next = 0;
  const writer = async () => {
    while (next < count) {
      next += 1;
      await append(next);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, writer));
  return perSecond(count, begun);
};

const catchUp = async (store: OpenStore, category: string, count: number): Promise<number> => {
  const begun = performance.now();
  let left = count;
  for await (const item of store.subscribe({ filter: { categories: [category] } })) {
    if (item.kind === 'event') left -= 1;
    if (left === 0) break;
  }
  return perSecond(count, begun);
};

const bareCatchUp = async (client: EventStoreDBClient, category: string, count: number): Promise<number> => {
  const begun = performance.now();
  let left = count;
  const filter = streamNameFilter({ prefixes: [`${category}-`] });
  const subscription = client.subscribeToAll({ fromPosition: START, filter });
  for await (const _ of subscription) {
    left -= 1;
    if (left === 0) break;
  }
  await subscription.unsubscribe();
  return perSecond(count, begun);
};

const perSecond = (count: number, begun: number) => count / ((performance.now() - begun) / 1_000);

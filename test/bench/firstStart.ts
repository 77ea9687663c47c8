import { EventStoreDBClient, START, streamNameFilter } from '@eventstore/db-client';
import { openEventStoreDBStore } from '../../src/store/eventstoredb/open.js';
import type { OpenStore } from '../../src/store/port.js';
import { readGroup, replaceGroup } from '../../src/workers/storedGroup.js';
import { newName } from '../store/events.js';
import { Phones } from '../workers/processes/phones.js';
import type { Size } from './http.js';
import { type Row, ratioRow } from './rows.js';
import { router } from './server.js';
import type { MeasuredServer } from './serverOfRun.js';
import { fillStore } from './start.js';

const maxEvents = 100_000;

/** A process that is started on conversations of which it knows nothing yet, against reading them once. */
export const firstStartRows = async (
  { runs, storedEvents }: Size,
  { connectionString, name }: MeasuredServer,
  told: (line: string) => void,
): Promise<readonly Row[]> => {
  const count = Math.min(storedEvents, maxEvents);
  const backend = newName('bench');
  const store = await openEventStoreDBStore({ connectionString });
  const phones = new Phones();
  const outgoingUrl = await phones.listen();
  const answers: Pair[] = [];
  const projections: Pair[] = [];
  try {
    await fillStore(store, backend, count, told);
    for (let run = 1; run <= runs; run += 1) {
      const theirs = await bareReading(connectionString);
      await forgetHowFar(store, backend);
      const first = await timedStart({ connectionString, backend, outgoingUrl, phones });
      const { answeredMs, projectedMs } = first;
      const rounded = [answeredMs, projectedMs, theirs].map(Math.round);
      told(
        `run ${run}: answered after ${rounded[0]} ms, projected after ${rounded[1]}; read in ${rounded[2]} ms`,
      );
      answers.push({ ours: answeredMs, theirs });
      projections.push({ ours: projectedMs, theirs });
    }
  } finally {
    phones.close();
    await store.close();
  }
  const baseline = `the bare client reading them once, on ${name}`;
  const what = `first start on ${count.toLocaleString('en')} events, until a text is answered`;
  return [
    ratioRow({ what, baseline, target: { lessThan: 4 }, measuredIn: 'ms' }, answers),
    ratioRow(
      {
        what: 'the same, until the projections are complete',
        baseline,
        target: { lessThan: 15 },
        measuredIn: 'ms',
      },
      projections,
    ),
  ];
};

interface Pair {
  readonly ours: number;
  readonly theirs: number;
}

const bareReading = async (connectionString: string): Promise<number> => {
  const client = EventStoreDBClient.connectionString(connectionString);
  const begun = performance.now();
  const filter = streamNameFilter({ prefixes: ['conversation-'] });
  const subscription = client.subscribeToAll({ fromPosition: START, filter });
  subscription.on('data', () => undefined);
  await new Promise((resolve) => subscription.once('caughtUp', resolve));
  const took = performance.now() - begun;
  await subscription.unsubscribe();
  await client.dispose();
  return took;
};

/** As before the first start of all: no partition has a mark, and what stands for the lane's is no place. */
const forgetHowFar = async (store: OpenStore, backend: string): Promise<void> => {
  await store.checkpoints.save(`outbound-${backend}`, 'nowhere');
  const agreed = await readGroup(store.agreements);
  if (agreed === undefined) return;
  const partitions = Object.fromEntries(
    Object.keys(agreed.group.partitions).map((partition) => [partition, { clean: true }]),
  );
  await replaceGroup(store.agreements, { ...agreed.group, partitions }, agreed);
};

interface Start {
  readonly connectionString: string;
  readonly backend: string;
  readonly outgoingUrl: string;
  readonly phones: Phones;
}

/** From the start of the process: until the answer to a text that comes at once is with the phone, and all projections are live. */
const timedStart = async ({ connectionString, backend, outgoingUrl, phones }: Start) => {
  const goal = phones.count + 1;
  const begun = performance.now();
  const server = await router({
    node: backend,
    eventStore: { engine: 'eventstoredb', connectionString },
    apps: ['echo'],
    log: { level: 'warn' },
    backends: {
      'my-kannel-backend': null,
      'simple-http': null,
      [backend]: { engine: 'http', handler: 'queued', outgoingUrl },
    },
  });
  const text = new URLSearchParams({ identity: 'new', text: 'echo hi' });
  await fetch(`${server.url}/http/${backend}/`, { method: 'POST', body: text });
  await phones.until(() => phones.count >= goal);
  const answeredMs = performance.now() - begun;
  await projected(server.url);
  const projectedMs = performance.now() - begun;
  await server.stop();
  return { answeredMs, projectedMs };
};

const projected = async (url: string): Promise<void> => {
  for (;;) {
    const body = (await (await fetch(`${url}/readyz`)).json()) as {
      projections: readonly { readonly phase: string }[];
    };
    const { projections } = body;
    if (projections.length > 0 && projections.every(({ phase }) => phase === 'live')) return;
    // Asking takes of what is measured.
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

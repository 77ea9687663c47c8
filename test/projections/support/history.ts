import { createHash, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { conversationStream } from '../../../src/domain/connection.js';
import type { DomainEvent, NewEvent } from '../../../src/domain/event.js';
import { systemClock } from '../../../src/main/clock.js';
import { type ProjectionFile, readProjections } from '../../../src/projections/files.js';
import { ProjectionRun } from '../../../src/projections/run.js';
import { Sandbox } from '../../../src/projections/sandbox.js';
import { type PartitionState, StatesFile } from '../../../src/projections/statesFile.js';
import type { EventStore } from '../../../src/store/port.js';
import { silentLog } from '../../support/log.js';

export const ourFolder = fileURLToPath(new URL('../../../../projections', import.meta.url));

/** One of the projections that come with the router. */
export const ours = (name: string): ProjectionFile => {
  const file = readProjections([ourFolder]).find((candidate) => candidate.name === name);
  if (file === undefined) throw new Error(`No projection ${name}.`);
  return file;
};

/** A projection of a test. */
export const written = (source: string, name = 'test'): ProjectionFile => ({
  name,
  file: join('/projections', `${name}.js`),
  source,
  hash: createHash('sha256').update(source).digest('hex'),
});

export const at = (minute: number): string => new Date(Date.UTC(2026, 0, 1, 10, minute)).toISOString();
export const phone = (identity = '+256 700', backend = 'kannel') => conversationStream({ backend, identity });

/** Something that happened, where. */
export interface Happening extends DomainEvent {
  readonly stream: string;
  readonly schema?: number;
}

export const happened = (type: string, data: object, stream = phone(), schema = 1): Happening => ({
  type,
  data,
  stream,
  schema,
});

const newEvent = ({ type, data, schema = 1 }: Happening): NewEvent => {
  const id = randomUUID();
  return { id, type, data, metadata: { $correlationId: id, schema } };
};

export const store = async (events: EventStore, history: readonly Happening[]): Promise<void> => {
  for (const happening of history) await events.append(happening.stream, [newEvent(happening)]);
};

/** The states that a history leads to, without a store: what a projection's file says and nothing else. */
export const folded = (
  file: ProjectionFile,
  history: readonly Happening[],
): ReadonlyMap<string, PartitionState> => {
  const rows = history.map(({ type, data, stream, schema }, index) => {
    return [data, { schema }, stream, index, type, `id-${index}`];
  });
  const nothing = { state: () => undefined, shared: () => undefined };
  const { changed } = new Sandbox(file).fold(JSON.stringify(rows), nothing);
  return new Map(
    changed.map(({ partition, state, result }) => [
      partition,
      {
        partition,
        state: JSON.parse(state),
        ...(result === undefined ? {} : { result: JSON.parse(result) }),
      },
    ]),
  );
};

/** The same by a run over what a store holds, until it has caught up: for every engine, to be held against a server's. */
export const statesOver = async (
  events: EventStore,
  file: ProjectionFile,
  path = ':memory:',
): Promise<ReadonlyMap<string, PartitionState>> => {
  const states = await StatesFile.open(path);
  try {
    const run = new ProjectionRun(file, { store: events, states, clock: systemClock, log: silentLog });
    run.start();
    await run.settled;
    await run.stop();
    return new Map([...states.partitions(file.name)].map((state) => [state.partition, state]));
  } finally {
    states.close();
  }
};

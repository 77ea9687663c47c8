import { createContext, runInContext } from 'node:vm';
import { metadataOf } from './links.js';
import type { LoggedEvent } from './log.js';

type Handler = (state: unknown, event: object) => unknown;

/** What a query asks for, gathered while it runs. */
interface Query {
  matches: (event: LoggedEvent) => boolean;
  partitionOf: ((event: object) => unknown) | undefined;
  handlers: Readonly<Record<string, Handler>>;
  readonly results: (readonly ['transform' | 'filter', (state: unknown) => unknown])[];
}

export interface Evaluated {
  /** By partition; '' is the state of a projection without partitions. */
  readonly states: ReadonlyMap<string, unknown>;
  readonly results: ReadonlyMap<string, unknown>;
}

const categoryOf = (stream: string): string =>
  stream.includes('-') ? stream.slice(0, stream.indexOf('-')) : '';
const timeoutMs = 1_000;

/**
 * A projection over the whole history, from nothing, each time it is asked: slow and simple, and written apart from the
 * product's runner, so that both can be held against each other. Emitting and biState are not done.
 *
 * @throws {Error} when the query is no projection, or a handler fails
 */
export const evaluate = (source: string, events: readonly LoggedEvent[]): Evaluated => {
  const { matches, partitionOf, handlers, results } = parse(source);
  const states = new Map<string, unknown>();
  const initial = handlers.$init ? () => handlers.$init?.(undefined, {}) : () => ({});
  for (const logged of events) {
    if (logged.type.startsWith('$') || logged.stream.startsWith('$') || !matches(logged)) continue;
    const handler = Object.hasOwn(handlers, logged.type) ? handlers[logged.type] : handlers.$any;
    if (!handler) continue;
    const event = eventOf(logged);
    const key = partitionOf ? partitionOf(event) : '';
    if (key === undefined || key === null || (partitionOf && key === '')) continue;
    const partition = typeof key === 'string' ? key : JSON.stringify(key);
    const before = states.has(partition) ? states.get(partition) : initial();
    states.set(partition, plain(handler(before, Object.assign(event, { partition })) ?? before));
  }
  return { states, results: new Map([...states].map(([key, state]) => [key, resultOf(results, state)])) };
};

/** As after a checkpoint: nothing that is not JSON survives. */
const plain = (state: unknown): unknown => JSON.parse(JSON.stringify(state ?? null)) as unknown;

const resultOf = (steps: Query['results'], state: unknown): unknown =>
  steps.reduce<unknown>((result, [kind, step]) => {
    if (result === null || result === undefined) return null;
    return kind === 'transform' ? step(result) : step(result) ? result : null;
  }, plain(state));

const eventOf = (event: LoggedEvent) => {
  const bodyRaw = event.data.toString();
  const data: unknown = event.isJson ? JSON.parse(bodyRaw || '{}') : bodyRaw;
  return {
    isJson: event.isJson,
    data,
    body: data,
    bodyRaw,
    sequenceNumber: event.revision,
    metadata: metadataOf(event),
    metadataRaw: event.metadata.toString(),
    linkMetadata: {},
    linkMetadataRaw: '',
    eventType: event.type,
    streamId: event.stream,
    eventId: event.id,
    category: categoryOf(event.stream),
    created: new Date(event.created).toISOString(),
  };
};

/** Runs the query, whose calls say what it wants. */
export const parse = (source: string): Query => {
  const query: Query = { matches: () => false, partitionOf: undefined, handlers: {}, results: [] };
  let begun = false;
  const from = (matches: Query['matches']) => {
    begun = true;
    query.matches = matches;
    return steps(query);
  };
  const context = createContext({
    options: () => undefined,
    fromAll: () => from(() => true),
    fromStream: (name: string) => from(({ stream }) => stream === name),
    fromStreams: (...names: (string | string[])[]) => from(({ stream }) => names.flat().includes(stream)),
    fromCategory: (name: string) => from(({ stream }) => categoryOf(stream) === name),
    log: () => undefined,
  });
  runInContext(source, context, { timeout: timeoutMs });
  if (!begun)
    throw new Error('The query has no source: expected fromAll, fromStream, fromStreams or fromCategory.');
  return query;
};

const steps = (query: Query) => {
  const chain = {
    foreachStream: () => {
      query.partitionOf = (event) => (event as { streamId: string }).streamId;
      return chain;
    },
    partitionBy: (of: (event: object) => unknown) => {
      query.partitionOf = of;
      return chain;
    },
    when: (handlers: Query['handlers']) => {
      query.handlers = { ...handlers };
      return chain;
    },
    transformBy: (step: (state: unknown) => unknown) => {
      query.results.push(['transform', step]);
      return chain;
    },
    filterBy: (step: (state: unknown) => unknown) => {
      query.results.push(['filter', step]);
      return chain;
    },
    outputState: () => chain,
    outputTo: () => chain,
    $defines_state_transform: () => chain,
  };
  return chain;
};

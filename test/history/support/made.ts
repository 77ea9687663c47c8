import type { DomainEvent, NewEvent } from '../../../src/domain/event.js';
import { isNewer } from '../../../src/domain/understood.js';
import { createMemoryStore } from '../../../src/store/memory/open.js';
import type { OpenStore } from '../../../src/store/port.js';
import { generate } from '../generate.js';
import type { HistoryOptions } from '../options.js';

/** An event of a history, and where. */
export type Made = NewEvent<DomainEvent<string, Readonly<Record<string, unknown>>>> & {
  readonly stream: string;
};

/** All events of a small history, in their order. */
export const made = async (options: HistoryOptions): Promise<readonly Made[]> => {
  const events: Made[] = [];
  for await (const append of generate(options))
    for (const event of append.events) events.push({ ...event, stream: append.stream } as Made);
  return events;
};

/** A small history in a store of the memory engine, by the clocks of its routers. */
export const madeInMemory = async (options: HistoryOptions): Promise<OpenStore> => {
  let now = 0;
  const store = createMemoryStore({ now: () => now });
  for await (const append of generate(options)) {
    now = append.now;
    await store.append(append.stream, append.events);
  }
  return store;
};

/** Those that this version may read, of one type. */
export const ofType = (events: readonly Made[], type: string): readonly Made[] =>
  events.filter((event) => event.type === type && !isNewer(event));

export const valuesOf = (events: readonly Made[], type: string, name: string): ReadonlySet<unknown> =>
  new Set(ofType(events, type).map(({ data }) => data[name]));

import { setTimeout as delay } from 'node:timers/promises';
import { v7 } from 'uuid';
import { type AnyApp, defineApp } from '../../src/apps/app.js';
import type { RecordedEvent } from '../../src/domain/event.js';
import { systemClock } from '../../src/main/clock.js';
import { Intake } from '../../src/routing/intake.js';
import { Routing, type RoutingNeeds } from '../../src/routing/routing.js';
import { type RoutingSettings, routingDefaults } from '../../src/routing/settings.js';
import { openMemoryStore } from '../../src/store/memory/open.js';
import type { EventFilter, OpenStore } from '../../src/store/port.js';
import { silentLog } from '../support/log.js';

/** Answers with the text and how many it has answered. */
export const counter = defineApp<number>({
  name: 'counter',
  initial: 0,
  evolve: (count) => count + 1,
  handle: (message, { state }) => {
    message.record({ type: 'Counted', data: {} });
    message.respond(`${message.text} ${state + 1}`);
    return true;
  },
});

export const openStore = (): Promise<OpenStore> => openMemoryStore();

export interface Running {
  readonly store: OpenStore;
  readonly routing: Routing;
  readonly intake: Intake;
}

/** A routing with its intake on a store; it runs once `routing.start()` is called. */
export const routingOn = (
  store: OpenStore,
  apps: readonly AnyApp[],
  settings: Partial<RoutingSettings> = {},
  more: Partial<Pick<RoutingNeeds, 'backends' | 'played' | 'decider'>> = {},
): Running => {
  const shared = { store, clock: systemClock, newId: () => v7() };
  const routing = new Routing({
    ...shared,
    apps,
    ...more,
    settings: { ...routingDefaults, ...settings },
    microseconds: () => performance.now() * 1_000,
    log: silentLog,
  });
  return { store, routing, intake: new Intake({ ...shared, routing, inlineTimeoutMs: 20_000 }) };
};

export const all = async (store: OpenStore, filter: EventFilter = {}): Promise<RecordedEvent[]> => {
  const events: RecordedEvent[] = [];
  for await (const event of store.readAll({ filter })) events.push(event);
  return events;
};

/** The events of these types once there are `count` of them. */
export const eventually = async (
  store: OpenStore,
  count: number,
  ...types: readonly string[]
): Promise<RecordedEvent[]> => {
  const found: RecordedEvent[] = [];
  const subscription = store.subscribe({ filter: { types } });
  const late = new AbortController();
  void delay(20_000, undefined, { signal: late.signal }).then(
    () => subscription.close(),
    () => {},
  );
  for await (const item of subscription) {
    if (item.kind === 'event') found.push(item.event);
    if (found.length >= count) break;
  }
  late.abort();
  if (found.length < count)
    throw new Error(`Only ${found.length} of ${count} ${types.join(', ')} within 20 s.`);
  return found;
};

export const textsOf = (events: readonly RecordedEvent[]): string[] =>
  events.map(({ data }) => (data as { text: string }).text);

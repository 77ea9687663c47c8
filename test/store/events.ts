import type { ExecutionContext } from 'ava';
import { v7 as newId } from 'uuid';
import type { NewEvent, RecordedEvent } from '../../src/domain/event.js';
import { StoreError, type StoreErrorCode, type Subscription } from '../../src/store/port.js';

/** An event with a new id; `change` says what the test is about. */
export const event = (change: Partial<NewEvent> = {}): NewEvent => ({
  id: newId(),
  type: 'Noted',
  data: { text: 'hello' },
  metadata: { $correlationId: newId(), schema: 1 },
  ...change,
});

export const events = (count: number, change: Partial<NewEvent> = {}): NewEvent[] =>
  Array.from({ length: count }, () => event(change));

/** A category that no other test uses: an engine may keep one store for all tests. */
export const newCategory = (): string => `c${newId().replaceAll('-', '')}`;

/** A name of a node, a backend or a projection that no other test uses, now or in an earlier run. */
export const newName = (kind: string): string => `${kind}_${newId().replaceAll('-', '').slice(8, 24)}`;

export const collect = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
};

export const idsOf = (list: readonly { id: string }[]): string[] => list.map(({ id }) => id);

export const ids = async (items: AsyncIterable<{ id: string }>): Promise<string[]> =>
  idsOf(await collect(items));

/** The next events of a subscription, markers left out. Ends the subscription. */
export const take = async (subscription: Subscription, count: number): Promise<RecordedEvent[]> => {
  const taken: RecordedEvent[] = [];
  for await (const item of subscription) {
    if (item.kind === 'event') taken.push(item.event);
    if (taken.length === count) break;
  }
  return taken;
};

/** A subscription read step by step, so that a test decides when. */
export const pull = (subscription: Subscription) => {
  const items = subscription[Symbol.asyncIterator]();
  return async () => {
    const { value, done } = await items.next();
    return done ? undefined : value;
  };
};

export const failsWith = async (t: ExecutionContext, code: StoreErrorCode, work: Promise<unknown>) => {
  const error = await t.throwsAsync(work, { instanceOf: StoreError });
  t.is(error.code, code, error.message);
  return error;
};

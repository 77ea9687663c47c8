import { type EventFilter, StoreError } from './port.js';
import { categoryOf, type StoredEvent } from './stored.js';

/** A filter made ready: sets instead of lists, milliseconds instead of texts. */
export interface CompiledFilter {
  readonly types: ReadonlySet<string> | undefined;
  readonly categories: ReadonlySet<string> | undefined;
  readonly correlationId: string | undefined;
  /** Inclusive. */
  readonly since: number | undefined;
  /** Exclusive. */
  readonly until: number | undefined;
}

/** @throws {StoreError} `invalid` for a time that cannot be read */
export const compileFilter = (filter: EventFilter = {}): CompiledFilter => ({
  types: filter.types && new Set(filter.types),
  categories: filter.categories && new Set(filter.categories),
  correlationId: filter.correlationId,
  since: timeOf(filter.since),
  until: timeOf(filter.until),
});

const timeOf = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new StoreError('invalid', `Not a time: ${text}`);
  return time;
};

/** What a filter looks at. */
export type Filtered = Pick<StoredEvent, 'type' | 'stream' | 'correlationId' | 'time'>;

export const matches = (filter: CompiledFilter, event: Filtered): boolean => {
  const { types, categories, correlationId, since, until } = filter;
  if (types && !types.has(event.type)) return false;
  if (correlationId !== undefined && event.correlationId !== correlationId) return false;
  if (since !== undefined && event.time < since) return false;
  if (until !== undefined && event.time >= until) return false;
  return !categories || categories.has(categoryOf(event.stream) ?? '\0');
};

/** True for what an embedded engine may have given out. */
export const isPosition = (text: string): boolean =>
  /^[1-9]\d*$/.test(text) && Number.isSafeInteger(Number(text));

/**
 * The number behind a position of an embedded engine.
 *
 * @throws {StoreError} `invalid` for what none of them gave out
 */
export const parsePosition = (position: string): number => {
  if (isPosition(position)) return Number(position);
  throw new StoreError('invalid', `Not a position of this store: ${position}`);
};

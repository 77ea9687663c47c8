import { type CompiledFilter, matches } from '../filter.js';
import type { Page, PageRequest } from '../pages.js';
import { decode, type StoredEvent } from '../stored.js';
import { packId, uuidAt } from './columns.js';
import type { Connection } from './connection.js';
import type { SqlValue } from './driver.js';
import { type Index, logQuery, streamQuery } from './queries.js';
import type { StoreNames } from './streams.js';

/** More lists of types than this are rare: then all events are looked at. */
const maxArms = 32;

/** Reads pages from the file. All of it synchronous: no reading is open when the event loop goes on, so none pins the WAL. */
export class Reader {
  readonly #connection: Connection;
  readonly #names: StoreNames;

  constructor(connection: Connection, names: StoreNames) {
    this.#connection = connection;
    this.#names = names;
  }

  head(): number {
    return this.#connection.number('SELECT max(position) FROM events') ?? 0;
  }

  page(request: PageRequest): Page {
    const { cursor, direction, filter, limit } = request;
    const forwards = direction === 'forwards';
    // The head comes first: what another process adds between two queries then counts as not looked at.
    const head = this.head();
    const end = forwards ? Math.max(cursor, head) : 0;
    const [after, before] = this.#range(request, head);
    const index = before - after > 1 ? this.#indexFor(filter) : 'nothing';
    if (index === 'nothing') return { events: [], decode, cursor: end, more: false };
    const { name, values } = index;
    const sql = logQuery(name, values.length, direction);
    const ranges = name === 'events' ? [after, before] : values.flatMap((value) => [value, after, before]);
    const rows = this.#connection.rows(sql, ...ranges, limit);
    const events = rows.map((row) => this.#stored(row));
    const more = rows.length === limit;
    return {
      events: events.filter((event) => matches(filter, event)),
      decode,
      cursor: more ? (events.at(-1)?.position ?? end) : end,
      more,
    };
  }

  /** @param cursor - a revision, exclusive */
  streamPage(stream: string, cursor: number, direction: 'forwards' | 'backwards', limit: number): Page {
    const id = this.#names.streams.id(stream);
    if (id === undefined) return { events: [], decode, cursor, more: false };
    const rows = this.#connection.rows(streamQuery(direction), id, cursor, limit);
    const events = rows.map((row) => this.#stored(row));
    return { events, decode, cursor: events.at(-1)?.revision ?? cursor, more: rows.length === limit };
  }

  /** The positions to look at, both exclusive. Times never go back, so a range of time is a range of positions. */
  #range({ cursor, direction, filter }: PageRequest, head: number): [after: number, before: number] {
    const first = filter.since === undefined ? 1 : (this.#firstAt(filter.since) ?? head + 1);
    const end = filter.until === undefined ? head + 1 : (this.#firstAt(filter.until) ?? head + 1);
    return direction === 'forwards'
      ? [Math.max(cursor, first - 1), Math.min(end, head + 1)]
      : [first - 1, Math.min(cursor, end, head + 1)];
  }

  #firstAt(time: number): number | undefined {
    return this.#connection.number(
      'SELECT position FROM events WHERE time >= ? ORDER BY time, position LIMIT 1',
      time,
    );
  }

  /** The index that leaves the least to look at; the rest of the filter is checked on what it finds. */
  #indexFor(filter: CompiledFilter): Index | 'nothing' {
    const { types, categories, correlationId } = filter;
    if (correlationId !== undefined)
      return { name: 'events_by_correlation', values: [packId(correlationId)] };
    const typeIds = types && idsOf(types, (name) => this.#names.types.find(name));
    const categoryIds = categories && idsOf(categories, (name) => this.#names.categories.find(name));
    if (typeIds?.length === 0 || categoryIds?.length === 0) return 'nothing';
    if (typeIds && typeIds.length <= maxArms) return { name: 'events_by_type', values: typeIds };
    if (categoryIds && categoryIds.length <= maxArms)
      return { name: 'events_by_category', values: categoryIds };
    return { name: 'events', values: [] };
  }

  #stored(row: SqlValue[]): StoredEvent {
    const [position, stream, revision, type, time, schema, metadata, data, ids, correlation, causation] = row;
    const hex = String(ids).toLowerCase();
    const inHex = typeof correlation === 'string' ? 32 : 64;
    return {
      id: uuidAt(hex, 0),
      type: this.#names.types.nameOf(Number(type)),
      data: String(data),
      correlationId: typeof correlation === 'string' ? correlation : uuidAt(hex, 32),
      causationId:
        typeof causation === 'string' ? causation : hex.length > inHex ? uuidAt(hex, inHex) : undefined,
      schema: Number(schema),
      extra: typeof metadata === 'string' ? metadata : undefined,
      stream: this.#names.streams.nameOf(Number(stream)),
      revision: Number(revision),
      position: Number(position),
      time: Number(time),
    };
  }
}

const idsOf = (names: ReadonlySet<string>, find: (name: string) => number | undefined): number[] =>
  [...names].map(find).filter((id) => id !== undefined);

import type { EventMetadata, RecordedEvent } from '../../domain/event.js';
import { Connection } from './connection.js';
import { openDatabaseReadOnly, type SqlValue } from './driver.js';
import { toStoreError } from './errors.js';
import { parseWithoutTrace } from './withoutTrace.js';

/** An event of a stream, with as much as whoever folds it needs. Ids are hex digits: to be compared with each other only. */
export interface StreamEvent extends Pick<RecordedEvent, 'id' | 'type' | 'data' | 'metadata'> {
  readonly revision: number;
  /** When the store took it: milliseconds since 1970. */
  readonly time: number;
  /** The data as it is stored. */
  readonly json: string;
}

/** Which events are wanted. */
export interface StreamSelection {
  /** Of the last event that may be read. */
  readonly end: string;
  /** By the name of their type; those of a newer schema are wanted in any case. */
  readonly wants: (type: string) => boolean;
  /** Types of which the `trace` may be left out, which is most of what they tell and takes long to parse. */
  readonly withoutTrace: readonly string[];
  /** The newest schema that is understood. */
  readonly schema: number;
}

/** Of a stream, read in one go: more would have left the processor's caches before they are parsed. */
const pageRows = 256;

/**
 * A store's file, to read whole streams from, one after the other and synchronously: in a thread in which nothing but that works any
 * more, and at half the price of the port, which tells more of each event.
 */
export class StreamFile {
  readonly #sql: string;
  readonly #types: ReadonlyMap<number, string>;
  readonly #traced: ReadonlySet<number>;

  private constructor(
    private readonly connection: Connection,
    private readonly selection: StreamSelection,
  ) {
    this.#types = new Map(
      connection.rows('SELECT id, name FROM types').map(([id, name]) => [Number(id), String(name)]),
    );
    const wanted = idsOf(this.#types, selection.wants);
    // Numbers of ours: no text of anyone's is in the statement.
    this.#traced = new Set(idsOf(this.#types, (name) => selection.withoutTrace.includes(name)));
    this.#sql = `SELECT revision, type, schema, time, data, CASE typeof(causation) WHEN 'blob' THEN hex(id || causation) ELSE hex(id) END
      FROM events WHERE stream = (SELECT id FROM streams WHERE name = ?) AND revision > ? AND position <= ? AND (type IN (${wanted.join(',')}) OR schema > ${selection.schema})
      ORDER BY revision LIMIT ${pageRows}`;
  }

  /** @throws {StoreError} */
  static async open(path: string, selection: StreamSelection): Promise<StreamFile> {
    try {
      const database = await openDatabaseReadOnly(path);
      return new StreamFile(new Connection(path, database, { isReadOnly: true }), selection);
    } catch (error) {
      throw toStoreError(error);
    }
  }

  /** The streams of a category, in an order in which later ones come last. */
  names(category: string): readonly string[] {
    const sql =
      'SELECT s.name FROM streams s JOIN categories c ON c.id = s.category WHERE c.name = ? ORDER BY s.id';
    return this.connection.rows(sql, category).map(([name]) => String(name));
  }

  /** How many events of a type there are in streams that are wanted: most are, so those are looked at that are not. */
  count(type: string, isWanted: (stream: string) => boolean): number {
    const id = idsOf(this.#types, (name) => name === type)[0] ?? -1;
    const end = Number(this.selection.end);
    const all = 'SELECT count(*) FROM events WHERE position <= ? AND type = ?';
    // The sign keeps the index of types out of it: a stream that nobody wants is a short one.
    const other = 'SELECT count(*) FROM events WHERE position <= ? AND +type = ? AND stream = ?';
    return this.connection
      .rows('SELECT id, name FROM streams')
      .filter(([, name]) => !isWanted(String(name)))
      .reduce(
        (sum, [stream]) => sum - (this.connection.number(other, end, id, Number(stream)) ?? 0),
        this.connection.number(all, end, id) ?? 0,
      );
  }

  /** The events of a stream that are wanted, in pieces. */
  *read(stream: string): Generator<readonly StreamEvent[], void, undefined> {
    let after = -1;
    for (;;) {
      const rows = this.connection.rows(this.#sql, stream, after, Number(this.selection.end));
      if (rows.length === 0 && after < 0) return;
      yield rows.map((row) => this.#event(row));
      if (rows.length < pageRows) return;
      after = Number(rows.at(-1)?.[0]);
    }
  }

  close(): void {
    this.connection.close();
  }

  #event(row: SqlValue[]): StreamEvent {
    const type = Number(row[1]);
    return new RowEvent(row, this.#types.get(type) ?? '', this.#traced.has(type));
  }
}

/** Digits of an id. */
const idLength = 32;

/** Takes out of a row what is asked for, when it is: of most events that is little, and what they tell takes long to parse. */
class RowEvent implements StreamEvent {
  #data: object | undefined;
  #metadata: EventMetadata | undefined;

  constructor(
    private readonly row: readonly SqlValue[],
    readonly type: string,
    private readonly isTraced: boolean,
  ) {}

  get revision(): number {
    return Number(this.row[0]);
  }
  get time(): number {
    return Number(this.row[3]);
  }
  get json(): string {
    return String(this.row[4]);
  }
  get id(): string {
    return String(this.row[5]).slice(0, idLength);
  }
  get data(): object {
    this.#data ??= this.isTraced ? parseWithoutTrace(this.json) : (JSON.parse(this.json) as object);
    return this.#data;
  }
  get metadata(): EventMetadata {
    this.#metadata ??= {
      $correlationId: '',
      $causationId: String(this.row[5]).slice(idLength),
      schema: Number(this.row[2]),
    };
    return this.#metadata;
  }
}

const idsOf = (types: ReadonlyMap<number, string>, isOne: (name: string) => boolean): readonly number[] =>
  [...types].filter(([, name]) => isOne(name)).map(([id]) => id);

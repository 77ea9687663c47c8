import { byteOrderMark, type CsvForm, csvLine } from './csv.js';
import type { AuditEvent } from './events.js';
import type { Group } from './groups.js';
import type { Message } from './messages.js';

// An answer as a file, line by line. The last line says how many there were: what breaks off has none, and never looks complete.

export type Form = 'ndjson' | 'csv' | 'csv-raw';

export const formTypes: Readonly<Record<Form, string>> = {
  ndjson: 'application/x-ndjson; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
  'csv-raw': 'text/csv; charset=utf-8',
};

export type Row = Readonly<Record<string, unknown>>;

const messageColumns = [
  'at',
  'messageId',
  'direction',
  'backend',
  'identity',
  'app',
  'status',
  'outcome',
  'code',
  'text',
  'receivedAt',
  'routedAt',
  'sentAt',
  'dispatchedAt',
  'deliveredAt',
  'attempts',
  'inResponseTo',
  'correlation',
  'duplicateOf',
  'detail',
  'error',
];
const eventColumns = ['recordedAt', 'position', 'stream', 'revision', 'type', 'id', 'data', 'metadata'];

/** Which cells of what is written into columns. */
export interface Columns {
  readonly names: readonly string[];
  /** What the last line calls them. */
  readonly things: string;
}

export const columnsOfMessages: Columns = { names: messageColumns, things: 'messages' };
export const columnsOfEvents: Columns = { names: eventColumns, things: 'events' };
export const columnsOfGroups = (by: readonly string[], withTimes: boolean): Columns => ({
  names: [...by, 'n', ...(withTimes ? ['timed', 'p50', 'p90', 'p99', 'longest'] : [])],
  things: 'groups',
});

export const rowOfMessage = (message: Message): Row => message;
export const rowOfEvent = (event: AuditEvent): Row => ({ ...event });
/** Times in milliseconds. */
export const rowOfGroup = ({ values, n, times }: Group): Row => ({
  ...values,
  n,
  ...(times === undefined
    ? {}
    : { timed: times.n, p50: times.p50, p90: times.p90, p99: times.p99, longest: times.longest }),
});

export async function* written(
  form: Form,
  { names, things }: Columns,
  rows: AsyncIterable<Row> | Iterable<Row>,
): AsyncGenerator<string, void, undefined> {
  const csv: CsvForm | undefined = form === 'ndjson' ? undefined : form === 'csv' ? 'people' : 'raw';
  if (csv !== undefined) yield `${csv === 'people' ? byteOrderMark : ''}${csvLine(names, csv)}`;
  let count = 0;
  for await (const row of rows) {
    count += 1;
    yield csv === undefined
      ? `${JSON.stringify(row)}\n`
      : csvLine(
          names.map((name) => row[name]),
          csv,
        );
  }
  yield csv === undefined
    ? `${JSON.stringify({ end: { [things]: count } })}\n`
    : csvLine([`end: ${count} ${things}`], csv);
}

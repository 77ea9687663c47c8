/** How a page of the log is found. */
export interface Index {
  /** `events` is the table itself, in the order of positions. */
  readonly name: 'events' | 'events_by_type' | 'events_by_category' | 'events_by_correlation';
  /** What to look for in the index: an event matches one of them. */
  readonly values: readonly (number | string | Uint8Array)[];
}

const columnOf = {
  events_by_type: 'type',
  events_by_category: 'category',
  events_by_correlation: 'correlation',
} as const;

/**
 * What a page reads of an event; `Reader` takes it apart in this order. All ids that are UUIDs come as one text of hex
 * digits: handing a blob over to JavaScript costs more than reading the row.
 */
const columns = `position, stream, revision, type, time, schema, metadata, data,
  hex(id)
    || CASE typeof(correlation) WHEN 'blob' THEN hex(correlation) ELSE '' END
    || CASE typeof(causation) WHEN 'blob' THEN hex(causation) ELSE '' END,
  CASE typeof(correlation) WHEN 'text' THEN correlation END,
  CASE typeof(causation) WHEN 'text' THEN causation END`;

/**
 * One page of the log. Parameters: for each value the value, after, before (both exclusive), then the limit; for the
 * table itself after, before, limit.
 *
 * Each value has a search of its own and SQLite merges them in order: `IN (…)` would sort all that match for each page.
 */
export const logQuery = (
  index: Index['name'],
  values: number,
  direction: 'forwards' | 'backwards',
): string => {
  const order = direction === 'forwards' ? 'ASC' : 'DESC';
  const range = 'position > ? AND position < ?';
  if (index === 'events') {
    return `SELECT ${columns} FROM events WHERE ${range} ORDER BY position ${order} LIMIT ?`;
  }
  const arm = `SELECT position AS place FROM events INDEXED BY ${index} WHERE ${columnOf[index]} = ? AND ${range}`;
  const arms = Array.from({ length: values }, () => arm).join(' UNION ALL ');
  return `SELECT ${columns} FROM (${arms} ORDER BY place ${order} LIMIT ?)
    CROSS JOIN events ON position = place ORDER BY place ${order}`;
};

/** One page of a stream. Parameters: stream, revision (exclusive), limit. */
export const streamQuery = (direction: 'forwards' | 'backwards'): string =>
  direction === 'forwards'
    ? `SELECT ${columns} FROM events WHERE stream = ? AND revision > ? ORDER BY revision ASC LIMIT ?`
    : `SELECT ${columns} FROM events WHERE stream = ? AND revision < ? ORDER BY revision DESC LIMIT ?`;

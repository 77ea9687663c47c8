import type { NewEvent } from '../domain/event.js';
import { limits, StoreError } from './port.js';

/** An event as text, checked: what an engine stores. Taken when `append` is called, so later changes cannot leak in. */
export interface SerialisedEvent {
  /** Lower case. */
  readonly id: string;
  readonly type: string;
  /** JSON. */
  readonly data: string;
  readonly correlationId: string;
  readonly causationId: string | undefined;
  readonly schema: number;
  /** The rest of the metadata as JSON; undefined when there is no more. */
  readonly extra: string | undefined;
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** True for a UUID in the one form that engines may pack into 16 bytes and give back unchanged. */
export const isCanonicalUuid = (text: string): boolean => uuid.test(text);

/**
 * The events of one append as text.
 *
 * @throws {StoreError} `invalid` or `too-large`, as the port promises
 */
export const serialise = (stream: string, events: readonly NewEvent[]): SerialisedEvent[] => {
  checkName(stream, 'The name of a stream');
  if (events.length === 0) throw new StoreError('invalid', 'An append needs at least one event.');
  if (events.length > limits.appendEvents) {
    throw new StoreError(
      'too-large',
      `${events.length} events in one append: at most ${limits.appendEvents}.`,
    );
  }
  const serialised = events.map(serialiseEvent);
  checkBytes(serialised);
  if (serialised.length > 1 && new Set(serialised.map(({ id }) => id)).size < serialised.length) {
    throw new StoreError('invalid', 'One append holds the same event id twice.');
  }
  return serialised;
};

/** NUL and lone surrogates are refused because SQLite's text and UTF-8 would change them without a word. */
export const isStorableName = (name: unknown): name is string =>
  typeof name === 'string' && name !== '' && !name.includes('\0') && name.isWellFormed();

const checkName = (name: unknown, what: string): void => {
  if (!isStorableName(name)) {
    throw new StoreError(
      'invalid',
      `${what} must be text that is not empty, without NUL and lone surrogates.`,
    );
  }
  if (name.length > limits.streamName) {
    throw new StoreError('too-large', `${what} has ${name.length} characters: at most ${limits.streamName}.`);
  }
};

const serialiseEvent = (event: NewEvent): SerialisedEvent => {
  const { type, metadata } = event;
  checkName(type, 'The type of an event');
  const id = typeof event.id === 'string' ? event.id.toLowerCase() : '';
  if (!isCanonicalUuid(id)) throw new StoreError('invalid', `The id of an event must be a UUID: ${event.id}`);
  checkMetadata(type, metadata);
  return {
    id,
    type,
    data: jsonOf(event.data, `The data of ${type}`),
    correlationId: metadata.$correlationId,
    causationId: metadata.$causationId,
    schema: metadata.schema,
    extra: extraOf(type, metadata),
  };
};

const checkMetadata = (type: string, metadata: NewEvent['metadata'] | undefined): void => {
  if (typeof metadata !== 'object' || metadata === null || !Number.isSafeInteger(metadata.schema)) {
    throw new StoreError('invalid', `${type} needs metadata with an integer \`schema\`.`);
  }
  checkName(metadata.$correlationId, `The $correlationId of ${type}`);
  if (metadata.$causationId !== undefined) checkName(metadata.$causationId, `The $causationId of ${type}`);
};

/** Almost no event has more than the three known names: those are not serialised at all, engines keep them as columns. */
const extraOf = (type: string, metadata: NewEvent['metadata']): string | undefined => {
  let extra: Record<string, unknown> | undefined;
  for (const [name, value] of Object.entries(metadata)) {
    if (name === '$correlationId' || name === '$causationId' || name === 'schema') continue;
    extra ??= {};
    Object.defineProperty(extra, name, { value, enumerable: true, writable: true, configurable: true });
  }
  return extra === undefined ? undefined : jsonOf(extra, `The metadata of ${type}`);
};

const jsonOf = (value: unknown, what: string): string => {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (cause) {
    throw new StoreError('invalid', `${what} is not JSON.`, { cause });
  }
  if (text?.[0] !== '{' && text?.[0] !== '[') {
    throw new StoreError('invalid', `${what} must be a JSON object or array.`);
  }
  return text;
};

/** A character takes at most 3 bytes in UTF-8, and at most 6 once escaped; the names of the metadata take less than 100. */
const checkBytes = (events: readonly SerialisedEvent[]): void => {
  let atMost = 0;
  for (const { data, correlationId, causationId, extra } of events) {
    atMost +=
      data.length * 3 +
      (correlationId.length + (causationId?.length ?? 0)) * 6 +
      (extra?.length ?? 0) * 3 +
      100;
  }
  if (atMost <= limits.appendBytes) return;
  const bytes = events.reduce((sum, event) => sum + bytesOf(event), 0);
  if (bytes > limits.appendBytes) {
    throw new StoreError('too-large', `${bytes} bytes in one append: at most ${limits.appendBytes}.`);
  }
};

const bytesOf = ({ data, correlationId, causationId, schema, extra }: SerialisedEvent): number => {
  const known = JSON.stringify({ $correlationId: correlationId, $causationId: causationId, schema });
  // `{…}` and `{…}` merge into one object: one pair of braces gives way to a comma.
  const more = extra === undefined ? 0 : Buffer.byteLength(extra) - 1;
  return Buffer.byteLength(data) + Buffer.byteLength(known) + more;
};

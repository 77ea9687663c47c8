// What appends come to, in words that can be compared.
import {
  ANY,
  type AppendExpectedRevision,
  type EventStoreDBClient,
  NO_STREAM,
  STREAM_EXISTS,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import { newStream, noted } from './client.js';

export const five = () => Array.from({ length: 5 }, () => noted());

/** The revision after it, or why it was refused. */
export const append = async (
  client: EventStoreDBClient,
  stream: string,
  expectedRevision: AppendExpectedRevision,
  events = [noted()],
  options = {},
): Promise<string> => {
  try {
    const done = await client.appendToStream(stream, events, { expectedRevision, ...options });
    return `${done.nextExpectedRevision}${done.position ? '' : ' somewhere'}`;
  } catch (error) {
    if (error instanceof WrongExpectedVersionError) return `is at ${error.actualVersion}`;
    return (error as { type: string }).type;
  }
};

export const expectations: readonly AppendExpectedRevision[] = [NO_STREAM, ANY, STREAM_EXISTS, 4n, 3n, 7n];

/** Each on a stream of its own. */
export const outcomes = async (
  client: EventStoreDBClient,
  prepare: (stream: string) => Promise<unknown>,
  options = {},
): Promise<readonly string[]> =>
  Promise.all(
    expectations.map(async (expected) => {
      const stream = newStream();
      await prepare(stream);
      return append(client, stream, expected, [noted()], options);
    }),
  );

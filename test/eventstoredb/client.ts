// For tests of what the stand-in and a real server do alike.
import {
  EventStoreDBClient,
  type EventType,
  jsonEvent,
  type StreamSubscription,
} from '@eventstore/db-client';
import type { ExecutionContext } from 'ava';
import { sharedUrl, startStandIn as startServer } from '../oneServer/server.js';
import { newCategory } from '../store/events.js';
import { StandIn } from './standIn.js';

/** Of the server of all tests, with what others have in it, else of a stand-in with links. */
export const openClient = async (t: ExecutionContext): Promise<EventStoreDBClient> => {
  if (sharedUrl !== undefined) return clientOf(t, sharedUrl);
  const { client, server } = await startStandIn(t);
  server.startStandardProjections();
  return client;
};

/** With power over the server. */
export const startStandIn = async (
  t: ExecutionContext,
): Promise<{ server: StandIn; client: EventStoreDBClient }> => {
  const server = await startServer(t);
  return { server, client: clientOf(t, server.connectionString) };
};

/** One that is the test's whatever server all tests have: for what it alone does. */
export const startOwn = async (
  t: ExecutionContext,
): Promise<{ server: StandIn; client: EventStoreDBClient }> => {
  const server = await StandIn.start();
  t.teardown(() => server.close());
  return { server, client: clientOf(t, server.connectionString) };
};

const clientOf = (t: ExecutionContext, url: string): EventStoreDBClient => {
  const client = EventStoreDBClient.connectionString(url);
  t.teardown(() => client.dispose());
  return client;
};

/** A stream that nobody else uses; its category is what precedes the `-`. */
export const newStream = (): string => `${newCategory()}-1`;

export const noted = (data: Readonly<Record<string, string | number>> = {}, metadata = {}, type = 'Noted') =>
  jsonEvent({ type, data, metadata });

/** Calls with credentials go over Append, all others over BatchAppend. */
export const bothAppends = [{}, { credentials: { username: 'admin', password: 'changeit' } }] as const;

/** Revisions that can be read; the error's type when none can. */
export const revisions = async (
  client: EventStoreDBClient,
  stream: string,
  options: Parameters<EventStoreDBClient['readStream']>[1] = {},
): Promise<readonly number[] | string> => {
  const read: number[] = [];
  try {
    for await (const { event } of client.readStream(stream, options)) read.push(Number(event?.revision));
    return read;
  } catch (error) {
    return (error as { type: string }).type;
  }
};

/** What a subscription says, in words, as it comes. It is ended with the test. */
export const told = (
  t: ExecutionContext,
  subscription: StreamSubscription<EventType> & {
    on(name: 'data', listener: (event: { readonly event?: { readonly type: string } }) => void): unknown;
  },
): string[] => {
  const words: string[] = [];
  subscription.on('confirmation', () => words.push('confirmed'));
  subscription.on('caughtUp', () => words.push('caught up'));
  subscription.on('error', (error) => words.push(`error ${(error as { code?: number }).code}`));
  subscription.on('data', ({ event }) => words.push(event?.type ?? 'nothing'));
  t.teardown(() => subscription.unsubscribe().catch(() => undefined));
  return words;
};

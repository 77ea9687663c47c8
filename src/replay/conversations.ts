import { connectionOf } from '../domain/connection.js';
import type { RecordedEvent } from '../domain/event.js';
import { lastEvent } from '../store/ends.js';
import type { EventStore } from '../store/port.js';
import { comparePositions } from '../store/positions.js';
import type { ToldEvent } from './groups.js';
import { packed } from './protocol.js';

/** The position of the last event that there is; undefined for an empty store. What comes later is not of this replay. */
export const endOf = async (store: EventStore): Promise<string | undefined> =>
  (await lastEvent(store))?.position;

export interface Wanted {
  readonly end: string;
  /** One conversation only. */
  readonly stream?: string;
  /** Of one backend only. */
  readonly backend?: string;
  /** Messages received at or after: ISO, UTC. */
  readonly since?: string;
  /** Messages received before: ISO, UTC. */
  readonly until?: string;
  /** Stops it: what is found until then is not all. */
  readonly signal?: AbortSignal;
}

/** The conversations with messages to replay, and how many these are. */
export interface Found {
  readonly streams: readonly string[];
  readonly messages: number;
}

/** Looks through what was received: no engine lists conversations faster than it filters by type. */
export const findConversations = async (store: EventStore, wanted: Wanted): Promise<Found> => {
  const streams = new Set<string>();
  let messages = 0;
  const { stream, end, signal } = wanted;
  const events =
    stream === undefined
      ? store.readAll({ filter: { types: ['MessageReceived'] } })
      : store.readStream(stream);
  for await (const event of events) {
    if (signal?.aborted === true || comparePositions(event.position, end) > 0) break;
    if (event.type !== 'MessageReceived' || !isWanted(event, wanted)) continue;
    streams.add(event.stream);
    messages += 1;
  }
  return { streams: [...streams], messages };
};

const isWanted = ({ stream, data }: RecordedEvent, { backend, since, until }: Wanted): boolean => {
  const { receivedAt } = data as { readonly receivedAt?: string };
  if (receivedAt === undefined) return false;
  if ((since !== undefined && receivedAt < since) || (until !== undefined && receivedAt >= until))
    return false;
  const connection = connectionOf(stream);
  return connection !== undefined && (backend === undefined || connection.backend === backend);
};

/** Events that are handed over in one piece. */
const pieceEvents = 512;

/** What matters of a conversation as far as the end, in pieces. */
export async function* readConversation(
  store: EventStore,
  stream: string,
  end: string,
  from = 0,
): AsyncGenerator<readonly ToldEvent[], void, undefined> {
  let piece: ToldEvent[] = [];
  for await (const event of store.readStream(stream, { from: BigInt(from) })) {
    if (comparePositions(event.position, end) > 0) break;
    const told = packed(event);
    if (told !== undefined) piece.push(told);
    if (piece.length < pieceEvents) continue;
    yield piece;
    piece = [];
  }
  yield piece;
}

import { type Connection, connectionOf } from '../domain/connection.js';
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
  /** When the first and the last of them were received: ISO, UTC. */
  readonly first?: string;
  readonly last?: string;
  /** All backends with conversations that were looked at. */
  readonly backends: readonly string[];
}

/** Looks through what was received: no engine lists conversations faster than it filters by type. */
export const findConversations = async (store: EventStore, wanted: Wanted): Promise<Found> => {
  const streams = new Set<string>();
  const backends = new Set<string>();
  const times = new TimesSeen();
  let messages = 0;
  const { stream, end, signal } = wanted;
  const events =
    stream === undefined
      ? store.readAll({ filter: { types: ['MessageReceived'] } })
      : store.readStream(stream);
  for await (const event of events) {
    if (signal?.aborted === true || comparePositions(event.position, end) > 0) break;
    if (event.type !== 'MessageReceived') continue;
    const connection = connectionOf(event.stream);
    if (connection === undefined) continue;
    backends.add(connection.backend);
    if (!isWanted(event, connection, wanted)) continue;
    streams.add(event.stream);
    times.see(event);
    messages += 1;
  }
  return { streams: [...streams], messages, ...times.seen, backends: [...backends] };
};

/** The first and the last time at which messages were received. */
export class TimesSeen {
  #first: string | undefined;
  #last: string | undefined;

  see({ data }: RecordedEvent): void {
    const { receivedAt } = data as { readonly receivedAt?: unknown };
    if (typeof receivedAt !== 'string') return;
    if (this.#first === undefined || receivedAt < this.#first) this.#first = receivedAt;
    if (this.#last === undefined || receivedAt > this.#last) this.#last = receivedAt;
  }

  get seen(): Pick<Found, 'first' | 'last'> {
    return this.#first === undefined || this.#last === undefined
      ? {}
      : { first: this.#first, last: this.#last };
  }
}

const isWanted = (
  { data }: RecordedEvent,
  connection: Connection,
  { backend, since, until }: Wanted,
): boolean => {
  const { receivedAt = '' } = data as { readonly receivedAt?: string };
  if ((since !== undefined && receivedAt < since) || (until !== undefined && receivedAt >= until))
    return false;
  return backend === undefined || connection.backend === backend;
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

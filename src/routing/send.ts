import { createHash } from 'node:crypto';
import { runOutgoing } from '../apps/outgoing.js';
import { type Clock, isoTime, type NewId } from '../domain/clock.js';
import { type Connection, conversationStream } from '../domain/connection.js';
import { textEvent } from '../domain/decide.js';
import { type Decider, type MessageCancelled, schemaVersion } from '../domain/events.js';
import type { EventStore } from '../store/port.js';
import { basisOf, changesOf } from './basis.js';
import type { Deciding } from './decide.js';
import type { RoutingListener } from './listener.js';

/** A text that follows nobody's message. */
export interface SendOrder {
  readonly text: string;
  readonly connections: readonly Connection[];
  /** What it belongs to: the correlation of its texts. Asked for again, a job sends nothing twice. Absent: one of its own. */
  readonly job?: string;
  /** Who asks. Absent: the program that the router is part of. */
  readonly askedBy?: string;
}

/** What became of a text that was asked to be sent. */
export interface SendResult {
  readonly connection: Connection;
  readonly messageId: string;
  /** False when an app's outgoing phase stopped it. */
  readonly sent: boolean;
  readonly cancelledBy?: string;
  /** The same job had asked for it before. */
  readonly repeated?: true;
}

export interface SendNeeds {
  readonly store: EventStore;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly deciding: Deciding;
  readonly decider?: () => Decider | undefined;
  readonly listener?: Pick<RoutingListener, 'sent'>;
}

/**
 * Sends a text through the apps' outgoing phase, each connection by itself.
 *
 * @throws {StoreError} when it cannot be stored; what was stored before is sent
 */
export const sendTo = async (needs: SendNeeds, order: SendOrder): Promise<readonly SendResult[]> => {
  const job = order.job ?? needs.newId();
  const idFor = order.job === undefined ? needs.newId : (stream: string) => idOf(job, stream);
  const results: SendResult[] = [];
  for (const connection of order.connections)
    results.push(await sendOne(needs, { ...order, job, idFor }, connection));
  return results;
};

const sendOne = async (
  { store, clock, deciding, decider, listener }: SendNeeds,
  {
    job,
    text,
    askedBy,
    idFor,
  }: SendOrder & {
    readonly job: string;
    readonly idFor: (stream: string) => string;
  },
  connection: Connection,
): Promise<SendResult> => {
  const stream = conversationStream(connection);
  const messageId = idFor(stream);
  const now = new Date(clock.now());
  const { conversation, memory, revision } = await deciding.recipient(connection);
  const out = await runOutgoing(
    deciding.apps,
    { connection, text },
    { conversation, memory, now },
    deciding.ports,
  );
  const stopped = out.cancelledBy === undefined ? {} : { cancelledBy: out.cancelledBy };
  const making = { ...changesOf(text, out), ...basisOf(decider?.(), revision) };
  const event = textEvent(messageId, { text: out.text, ...stopped, making }, isoTime(now.getTime()));
  const data = askedBy === undefined ? event.data : { ...event.data, askedBy };
  const metadata = { $correlationId: job, schema: schemaVersion };
  const { stored } = await store.append(stream, [{ ...event, data, id: messageId, metadata }]);
  if (!stored)
    return { connection, messageId, ...(await becameOf(store, stream, messageId)), repeated: true };
  listener?.sent(connection.backend, out.cancelledBy !== undefined);
  return { connection, messageId, sent: out.cancelledBy === undefined, ...stopped };
};

/** The same for the same job and recipient, as a UUID of version 8. */
const idOf = (job: string, stream: string): string => {
  const bytes = createHash('sha256').update(`${job}\0${stream}`).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
};

/** The first decision counts, whatever the apps would say now. */
const becameOf = async (
  store: EventStore,
  stream: string,
  messageId: string,
): Promise<Pick<SendResult, 'sent' | 'cancelledBy'>> => {
  for await (const { id, data } of store.readStream(stream, { direction: 'backwards' })) {
    if (id !== messageId) continue;
    const { cancelledBy } = data as Partial<MessageCancelled['data']>;
    return cancelledBy === undefined ? { sent: true } : { sent: false, cancelledBy };
  }
  return { sent: true };
};

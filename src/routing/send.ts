import { runOutgoing } from '../apps/outgoing.js';
import { type Clock, isoTime, type NewId } from '../domain/clock.js';
import { type Connection, conversationStream } from '../domain/connection.js';
import { textEvent } from '../domain/decide.js';
import { type Decider, schemaVersion } from '../domain/events.js';
import type { EventStore } from '../store/port.js';
import { basisOf, changesOf } from './basis.js';
import type { Deciding } from './decide.js';

/** What became of a text that was asked to be sent. */
export interface SendResult {
  readonly connection: Connection;
  readonly messageId: string;
  /** False when an app's outgoing phase stopped it. */
  readonly sent: boolean;
  readonly cancelledBy?: string;
}

export interface SendNeeds {
  readonly store: EventStore;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly deciding: Deciding;
  readonly decider?: () => Decider | undefined;
}

/**
 * Sends a text on nobody's message, through the apps' outgoing phase, each connection by itself.
 *
 * @throws {StoreError} when it cannot be stored; what was stored before is sent
 */
export const sendTo = async (
  needs: SendNeeds,
  text: string,
  connections: readonly Connection[],
): Promise<readonly SendResult[]> => {
  const job = needs.newId();
  const results: SendResult[] = [];
  for (const connection of connections) results.push(await sendOne(needs, job, text, connection));
  return results;
};

const sendOne = async (
  { store, clock, newId, deciding, decider }: SendNeeds,
  job: string,
  text: string,
  connection: Connection,
): Promise<SendResult> => {
  const messageId = newId();
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
  const metadata = { $correlationId: job, schema: schemaVersion };
  await store.append(conversationStream(connection), [{ ...event, id: messageId, metadata }]);
  return { connection, messageId, sent: out.cancelledBy === undefined, ...stopped };
};

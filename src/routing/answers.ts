import { type Connection, conversationStream } from '../domain/connection.js';
import type { MessageRouted, MessageSent, RoutingFailed, RoutingOutcome } from '../domain/events.js';
import { isUnderstood } from '../domain/understood.js';
import type { EventStore } from '../store/port.js';

/** What became of a message. */
export interface Incoming {
  readonly messageId: string;
  /** `failed`: it is in the dead letters. `waiting`: it is stored and not routed yet. */
  readonly outcome: RoutingOutcome | 'failed' | 'waiting';
  readonly app?: string;
  readonly answers: readonly string[];
}

/** Reads from the conversation what was decided on a message. */
export const answersTo = async (
  store: EventStore,
  connection: Connection,
  messageId: string,
): Promise<Incoming> => {
  let found: Pick<Incoming, 'outcome' | 'app'> = { outcome: 'waiting' };
  const answers: string[] = [];
  const stream = conversationStream(connection);
  for await (const event of store.readStream(stream, { direction: 'backwards' })) {
    if (!isUnderstood(event)) continue;
    const { type, data } = event;
    if ((data as { messageId?: string }).messageId === messageId) {
      if (type === 'MessageReceived') break;
      if (type === 'MessageRouted') found = appOf((data as MessageRouted['data']).outcome, data);
      if (type === 'RoutingFailed') found = appOf('failed', data);
    }
    const sent = data as MessageSent['data'];
    if (type === 'MessageSent' && sent.inResponseTo === messageId) answers.unshift(sent.text);
  }
  return { messageId, ...found, answers };
};

const appOf = (outcome: Incoming['outcome'], data: object): Pick<Incoming, 'outcome' | 'app'> => {
  const { app } = data as Partial<MessageRouted['data'] & RoutingFailed['data']>;
  return { outcome, ...(app === undefined ? {} : { app }) };
};

import { type Connection, connectionOf, conversationStream } from '../../domain/connection.js';
import type { RecordedEvent } from '../../domain/event.js';
import type { MessageReceived, MessageRouted, MessageSent } from '../../domain/events.js';
import { isUnderstood } from '../../domain/understood.js';
import type { RehearsedFact, RehearsedMessage, RehearsedReaction } from '../../replay/question.js';
import type { OpenStore } from '../../store/port.js';
import { comparePositions } from '../../store/positions.js';

/** Conversations that talk to each other. */
export interface Gathered {
  /** Their streams, the one that was asked for first. */
  readonly conversations: readonly string[];
  /** What came in and was decided on, in the order of the store. */
  readonly messages: readonly RehearsedMessage[];
  /** What apps remembered of all of them. */
  readonly facts: readonly RehearsedFact[];
  /** Of these, what they remembered before the first of the messages. */
  readonly before: readonly RehearsedFact[];
  /** How many of the answers are not what was sent then. */
  readonly differing: (reactions: readonly RehearsedReaction[]) => number;
}

interface Told {
  readonly position: string;
  readonly message: RehearsedMessage;
  /** What was sent in answer, in its own conversation. */
  readonly answers: readonly string[];
}

/** A conversation with those whose messages led to texts in it. */
export const gather = async (
  store: OpenStore,
  connection: Connection,
  range: { readonly since?: string; readonly until?: string },
): Promise<Gathered> => {
  const own = conversationStream(connection);
  const events = await listOf(store.readStream(own));
  const byStream = new Map([[own, events]]);
  for (const { data } of events.filter(({ type }) => type === 'MessageSent' || type === 'MessageCancelled')) {
    const { from } = data as MessageSent['data'];
    const stream = from === undefined ? own : conversationStream(from);
    if (!byStream.has(stream)) byStream.set(stream, await listOf(store.readStream(stream)));
  }
  const told = [...byStream]
    .flatMap(([stream, list]) => messagesOf(stream, list, range))
    .sort((one, other) => comparePositions(one.position, other.position));
  const facts = [...byStream].flatMap(([stream, list]) => factsOf(stream, list));
  const first = told[0]?.position ?? '';
  return {
    conversations: [...byStream.keys()],
    messages: told.map(({ message }) => message),
    facts: facts.map(({ fact }) => fact),
    before: facts.filter(({ position }) => comparePositions(position, first) < 0).map(({ fact }) => fact),
    differing: (reactions) =>
      reactions.filter(({ sent }, nth) => {
        const { message, answers = [] } = told[nth] ?? {};
        const replies = sent.filter(
          ({ backend, identity }) => backend === message?.from.backend && identity === message.from.identity,
        );
        return JSON.stringify(replies.map(({ text }) => text)) !== JSON.stringify(answers);
      }).length,
  };
};

const factsOf = (stream: string, events: readonly RecordedEvent[]) => {
  const from = connectionOf(stream);
  return events.flatMap(({ type, data, position }) =>
    type.includes('.') && from !== undefined ? [{ position, fact: { from, type, data } }] : [],
  );
};

/** Those that apps decided on: not what a gateway repeated, nor what waits. */
const messagesOf = (
  stream: string,
  events: readonly RecordedEvent[],
  { since, until }: { readonly since?: string; readonly until?: string },
): readonly Told[] => {
  const from = connectionOf(stream);
  if (from === undefined) return [];
  const decided = new Map<string, string>();
  const answers = new Map<string, string[]>();
  for (const { type, data } of events.filter(isUnderstood)) {
    if (type === 'MessageRouted') {
      const { messageId, outcome, routedAt } = data as MessageRouted['data'];
      if (outcome !== 'duplicate') decided.set(messageId, routedAt);
    }
    const { inResponseTo, text } = data as MessageSent['data'];
    if (type === 'MessageSent' && inResponseTo !== undefined)
      answers.set(inResponseTo, [...(answers.get(inResponseTo) ?? []), text]);
  }
  return events.flatMap((event) => {
    if (event.type !== 'MessageReceived' || !isUnderstood(event)) return [];
    const { messageId, text, receivedAt } = event.data as MessageReceived['data'];
    const at = decided.get(messageId);
    const isWanted =
      (since === undefined || receivedAt >= since) && (until === undefined || receivedAt < until);
    if (at === undefined || !isWanted) return [];
    const message = { from, text, at: Date.parse(at) };
    return [{ position: event.position, message, answers: answers.get(messageId) ?? [] }];
  });
};

const listOf = async <Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> => {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
};

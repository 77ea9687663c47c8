import { type Connection, conversationStream } from '../domain/connection.js';
import type { RecordedEvent } from '../domain/event.js';
import type { MessageSent } from '../domain/events.js';
import type { EventStore } from '../store/port.js';
import { olderRootOf } from './older.js';
import { beginsChain, type Chain, type InboundStory, messageIdOf, textsOf } from './story.js';

/** Events of one conversation, in their order. */
export interface Told {
  readonly events: readonly RecordedEvent[];
  /** More lies before them. */
  readonly hasEarlier: boolean;
}

/** The last of what began in a conversation, with all that followed from it. @param count - how many; undefined: all */
export const readLast = async (
  store: EventStore,
  connection: Connection,
  count: number | undefined,
): Promise<Told> => {
  const stream = conversationStream(connection);
  if (count === undefined) return { events: await listOf(store.readStream(stream)), hasEarlier: false };
  const events: RecordedEvent[] = [];
  let begun = 0;
  // One more than is asked for tells that there is more.
  for await (const event of store.readStream(stream, { direction: 'backwards' })) {
    if (beginsChain(event)) begun += 1;
    if (begun > count) break;
    events.push(event);
  }
  return { events: events.reverse(), hasEarlier: begun > count };
};

/** A message and all that came after it. */
export const readFrom = async (store: EventStore, root: RecordedEvent): Promise<Told> => ({
  events: await listOf(store.readStream(root.stream, { from: root.revision })),
  hasEarlier: false,
});

/**
 * The event with which the chain of a message begins: for a text that answers one, that one.
 *
 * @param found - any event that bears the id of the message
 */
export const rootOf = async (store: EventStore, found: RecordedEvent): Promise<RecordedEvent> => {
  const { inResponseTo, from } = found.data as MessageSent['data'];
  const messageId = inResponseTo ?? messageIdOf(found);
  const stream = from === undefined ? found.stream : conversationStream(from);
  const start = from === undefined ? { from: found.revision } : {};
  for await (const event of store.readStream(stream, { direction: 'backwards', ...start }))
    if (messageIdOf(event) === messageId && beginsChain(event)) return event;
  // Its beginning was cut away, or is in another conversation: else what is left of it begins with what was found.
  return (await olderRootOf(store, found)) ?? found;
};

/** With what became of the texts that went to other conversations: each of those is read once, back to the first of its texts. */
export const withElsewhere = async (
  store: EventStore,
  chains: readonly Chain[],
): Promise<readonly Chain[]> => {
  const wanted = new Map<string, Set<string>>();
  for (const { to, messageId } of chains.flatMap(textsOf)) {
    if (to === undefined) continue;
    const stream = conversationStream(to);
    wanted.set(stream, (wanted.get(stream) ?? new Set()).add(messageId));
  }
  if (wanted.size === 0) return chains;
  const told = new Map<string, RecordedEvent[]>();
  for (const [stream, ids] of wanted)
    for (const [messageId, events] of await eventsOf(store, stream, ids)) told.set(messageId, events);
  return chains.map((chain) => (chain.way === 'in' ? withEvents(chain, told) : chain));
};

/** By the id of the message, in the order of the stream. */
const eventsOf = async (
  store: EventStore,
  stream: string,
  messageIds: ReadonlySet<string>,
): Promise<ReadonlyMap<string, RecordedEvent[]>> => {
  const found = new Map<string, RecordedEvent[]>();
  let missing = messageIds.size;
  for await (const event of store.readStream(stream, { direction: 'backwards' })) {
    const messageId = messageIdOf(event);
    if (messageId === undefined || !messageIds.has(messageId)) continue;
    found.set(messageId, [event, ...(found.get(messageId) ?? [])]);
    if (beginsChain(event)) missing -= 1;
    if (missing === 0) break;
  }
  return found;
};

const withEvents = (
  chain: InboundStory,
  told: ReadonlyMap<string, readonly RecordedEvent[]>,
): InboundStory => ({
  ...chain,
  steps: chain.steps.map((step) => ({
    ...step,
    texts: step.texts.map((text) => {
      const [decided, ...steps] = (text.to && told.get(text.messageId)) ?? [];
      return decided === undefined ? text : { ...text, decided, steps };
    }),
  })),
});

export const listOf = async <Item>(items: AsyncIterable<Item>): Promise<Item[]> => {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
};

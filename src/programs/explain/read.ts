import { type Connection, conversationStream } from '../../domain/connection.js';
import type { RecordedEvent } from '../../domain/event.js';
import type { MessageSent } from '../../domain/events.js';
import { beginsChain, type Chain, messageIdOf, type TextStory, textsOf } from '../../explain/story.js';
import type { EventStore } from '../../store/port.js';

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
  // Its beginning was cut away: what is left of it begins with what was found.
  return found;
};

/** What became of the texts that went to other conversations. */
export const withElsewhere = async (store: EventStore, chain: Chain): Promise<Chain> => {
  if (chain.way !== 'in' || textsOf(chain).every(({ to }) => to === undefined)) return chain;
  const steps = await Promise.all(
    chain.steps.map(async (step) => ({
      ...step,
      texts: await Promise.all(step.texts.map((text) => withEvents(store, text))),
    })),
  );
  return { ...chain, steps };
};

const withEvents = async (store: EventStore, text: TextStory): Promise<TextStory> => {
  if (text.to === undefined) return text;
  const events: RecordedEvent[] = [];
  for await (const event of store.readStream(conversationStream(text.to), { direction: 'backwards' })) {
    if (messageIdOf(event) !== text.messageId) continue;
    events.push(event);
    if (beginsChain(event)) break;
  }
  const [decided, ...steps] = events.reverse();
  return decided === undefined ? text : { ...text, decided, steps };
};

export const listOf = async <Item>(items: AsyncIterable<Item>): Promise<Item[]> => {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
};

// Decisions of before 0.1 do not list their texts to others, nor such a text whose message it follows. Both bear the correlation of that message.

import type { Connection } from '../domain/connection.js';
import { connectionOf, conversationCategory, conversationStream } from '../domain/connection.js';
import type { RecordedEvent } from '../domain/event.js';
import type { MessageReceived, MessageRouted, MessageSent } from '../domain/events.js';
import { isUnderstood } from '../domain/understood.js';
import { foundIn } from '../store/ends.js';
import type { EventStore } from '../store/port.js';
import { type Chain, type InboundStory, messageIdOf, type Step, type TextStory } from './story.js';

/** Looked for one after the other: of a long story only the last. */
const lookedForAtMost = 500;

export interface WithOlder {
  readonly chains: readonly Chain[];
  /** What is not told, in a sentence. */
  readonly note?: string;
}

/** With the texts to others of decisions that do not list them, and of a text to this one whose message it follows. */
export const withOlder = async (
  store: EventStore,
  connection: Connection,
  chains: readonly Chain[],
): Promise<WithOlder> => {
  const own = conversationStream(connection);
  const open = new Set(chains.filter(isOpen).slice(-lookedForAtMost));
  if (open.size === 0) return { chains };
  const why = await store.whyFindingIsSlow?.({ correlationId: own });
  if (why !== undefined)
    return { chains, note: `Texts to others of decisions that do not list them are not looked for. ${why}` };
  const told: Chain[] = [];
  for (const chain of chains) told.push(open.has(chain) ? await completed(store, own, chain) : chain);
  const isPart = chains.filter(isOpen).length > open.size;
  return isPart
    ? {
        chains: told,
        note: `Texts to others of decisions that do not list them were looked for under the last ${lookedForAtMost} such messages alone.`,
      }
    : { chains: told };
};

/** The event with which a text to someone else begins: the message that it answers. Undefined where that cannot be told. */
export const olderRootOf = async (
  store: EventStore,
  { data, metadata, stream }: RecordedEvent,
): Promise<RecordedEvent | undefined> => {
  const { inResponseTo, from } = data as MessageSent['data'];
  const isKnown = inResponseTo === undefined || from !== undefined;
  if (isKnown || (await store.whyFindingIsSlow?.({ correlationId: stream })) !== undefined) return undefined;
  return answered(store, metadata.$correlationId, inResponseTo);
};

const isOpen = (chain: Chain): boolean => {
  if (chain.way === 'in') return chain.steps.some(isUnlisted);
  if (chain.way === 'none' || chain.decided === undefined) return false;
  const { inResponseTo, from } = chain.decided.data as MessageSent['data'];
  return inResponseTo !== undefined && from === undefined;
};

/** Since decisions name who took them, they list all texts. */
const isUnlisted = ({ event }: Step): boolean => {
  if (event.type !== 'MessageRouted' || !isUnderstood(event)) return false;
  const { by, elsewhere, outcome } = event.data as MessageRouted['data'];
  return by === undefined && elsewhere === undefined && outcome !== 'duplicate';
};

const completed = (store: EventStore, own: string, chain: Chain): Promise<Chain> | Chain => {
  if (chain.way === 'in') return withTexts(store, own, chain);
  return chain.way === 'out' ? withSender(store, own, chain) : chain;
};

const withTexts = async (store: EventStore, own: string, chain: InboundStory): Promise<Chain> => {
  const steps: Step[] = [];
  for (const step of chain.steps)
    steps.push(
      isUnlisted(step)
        ? { ...step, texts: inOrder([...step.texts, ...(await others(store, own, step))]) }
        : step,
    );
  return { ...chain, steps };
};

const others = async (store: EventStore, own: string, { event }: Step): Promise<readonly TextStory[]> => {
  const found: TextStory[] = [];
  const filter = {
    correlationId: event.metadata.$correlationId,
    types: ['MessageSent', 'MessageCancelled'],
    categories: [conversationCategory],
  };
  for await (const decided of foundIn(store, { filter })) {
    const [to, messageId] = [connectionOf(decided.stream), messageIdOf(decided)];
    const isOther = decided.stream !== own && decided.metadata.$causationId === event.id;
    if (isOther && to !== undefined && messageId !== undefined)
      found.push({ way: 'out', messageId, to, decided, steps: [] });
  }
  return found;
};

/** The ids of what was decided together count on. */
const inOrder = (texts: readonly TextStory[]): readonly TextStory[] =>
  [...texts].sort((one, other) => (one.messageId < other.messageId ? -1 : 1));

const withSender = async (store: EventStore, own: string, text: TextStory): Promise<TextStory> => {
  const { data, metadata } = text.decided as RecordedEvent;
  const { inResponseTo = '' } = data as MessageSent['data'];
  const root = await answered(store, metadata.$correlationId, inResponseTo);
  const sender = root === undefined || root.stream === own ? undefined : connectionOf(root.stream);
  return sender === undefined ? text : { ...text, follows: sender };
};

const answered = async (
  store: EventStore,
  correlationId: string,
  messageId: string,
): Promise<RecordedEvent | undefined> => {
  const filter = { correlationId, types: ['MessageReceived'], categories: [conversationCategory] };
  for await (const event of foundIn(store, { filter }))
    if ((event.data as MessageReceived['data']).messageId === messageId) return event;
  return undefined;
};

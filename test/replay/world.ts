import fc from 'fast-check';
import { type AnyApp, defineApp } from '../../src/apps/app.js';
import type { OpenStore } from '../../src/store/port.js';
import { eventually, openStore, routingOn } from '../routing/support.js';

/** What the apps of {@link appsWith} may do differently, to the message whose number is `to`. */
export interface Change {
  readonly what: 'text' | 'recipient' | 'order' | 'priority' | 'fact' | 'stops' | 'silent' | 'throws';
  readonly to: number;
}

interface Seen {
  readonly count: number;
  readonly words: readonly string[];
}

/**
 * Apps that do all that apps can do: remember, answer with what they remember, answer twice, write to others, look at who gets a
 * text, stop texts, throw. Every message bears a number, by which a change finds the one that it touches.
 */
export const appsWith = (change?: Change): readonly AnyApp[] => {
  const isTouched = (text: string, what: Change['what']) =>
    change?.what === what && Number(/#(\d+)/.exec(text)?.[1]) === change.to;
  const memory = defineApp<Seen>({
    name: 'memory',
    initial: { count: 0, words: [] },
    evolve: ({ count, words }, { data }) => ({
      count: count + 1,
      words: [...words, (data as { word: string }).word].slice(-3),
    }),
    filter: (message) => message.text.startsWith('filter'),
    handle: (message, { state, conversation, now }) => {
      const { text } = message;
      if (isTouched(text, 'throws') || text.startsWith('throw')) throw new Error(`cannot ${text}`);
      if (isTouched(text, 'silent') || text.startsWith('silent')) return text.startsWith('silent all');
      const told = `${text}: ${state.count} of ${conversation.received}, ${conversation.sent} sent`;
      const first = isTouched(text, 'text') ? `${told}!` : told;
      const priority = isTouched(text, 'priority') ? 3 : 1;
      const answers = [
        () => message.respond(first, { priority }),
        () => message.respond(`second to ${text} at ${now.toISOString()}`),
      ];
      for (const answer of isTouched(text, 'order') ? answers.reverse() : answers) answer();
      const to = /to (\d)/.exec(text)?.[1];
      const extra = isTouched(text, 'recipient') ? '9' : to;
      if (extra !== undefined) message.send(extra, `from ${message.connection.identity}: ${text}`);
      if (text.startsWith('note'))
        message.record({ type: 'Noted', data: { word: text, nested: [1, { a: null }] } });
      if (isTouched(text, 'fact')) message.record({ type: 'Noted', data: { word: 'changed' } });
      return true;
    },
    outgoing: (message, { state }) => {
      if (message.text.startsWith('from') && state.count % 2 === 1) return false;
      if (isTouched(message.text, 'stops') && message.text.startsWith('second')) return false;
      message.text = `${message.text} (${state.words.length})`;
      return undefined;
    },
  });
  const polite = defineApp({
    name: 'polite',
    default: (message) => {
      if (message.text.startsWith('silent all')) return false;
      message.respond('Sorry.');
      return true;
    },
  });
  return [memory, polite];
};

export interface Inbound {
  readonly from: string;
  readonly verb: string;
  /** The gateway offers the message before again. */
  readonly again: boolean;
}

export const history: fc.Arbitrary<readonly Inbound[]> = fc.array(
  fc.record({
    from: fc.constantFrom('1', '2', '3'),
    verb: fc.constantFrom(
      'note',
      'say',
      'say to 2',
      'note to 3',
      'silent',
      'silent all',
      'filter',
      'throw',
      'to 1',
    ),
    again: fc.boolean(),
  }),
  { minLength: 1, maxLength: 12 },
);

/** What a router with the unchanged apps makes of the messages. @param atOnce - they are there before the first is routed */
export const routed = async (inbound: readonly Inbound[], atOnce = false): Promise<OpenStore> => {
  const store = await openStore();
  await route(store, inbound, atOnce);
  return store;
};

/** The same, in a store that there is. */
export const route = async (store: OpenStore, inbound: readonly Inbound[], atOnce = false): Promise<void> => {
  const decider = () => ({ node: 'main', run: 'run' });
  const { intake, routing } = routingOn(store, appsWith(), {}, { decider });
  if (!atOnce) routing.start();
  let last: { identity: string; text: string; gateway: { id: string } } | undefined;
  for (const [index, { from, verb, again }] of inbound.entries()) {
    const fresh = { identity: from, text: `${verb} #${index}`, gateway: { id: `G${index}` } };
    last = again ? (last ?? fresh) : fresh;
    await intake.receive('a', last, atOnce ? 'queued' : 'inline');
  }
  if (atOnce) routing.start();
  await eventually(store, inbound.length, 'MessageRouted', 'RoutingFailed');
  await routing.stop();
};

import { isoTime } from '../../src/domain/clock.js';
import { type Connection, conversationStream } from '../../src/domain/connection.js';
import type { NewEvent } from '../../src/domain/event.js';
import { type MessageDiscarded, type MessageRequeued, schemaVersion } from '../../src/domain/events.js';
import { allPhrases } from './apps/phrases.js';
import type { Lanes } from './handingOver.js';
import { createDeck } from './random.js';
import { receive } from './receiving.js';
import { report } from './reports.js';
import { route } from './routing.js';
import { requeuedMessageWeight, requeuedTextWeight, routeWeight, textWeight } from './weights.js';
import type { Duties, World } from './world.js';

const hour = 3_600_000;
const minute = 60_000;

const people = ['ann', 'okello', 'operator@example.org', 'Søren'];
const reasons = ['the gateway is back', 'registered by phone', 'टेस्ट था', 'wrong number, see ticket #41', ''];

interface Letter {
  readonly stream: string;
  readonly messageId: string;
  readonly direction: 'inbound' | 'outbound';
  /** The event that made it one. */
  readonly fatal: NewEvent;
}

const signed = (world: World, { messageId, direction }: Letter) => {
  const why = world.random.pick(reasons);
  return { messageId, direction, by: world.random.pick(people), ...(why === '' ? {} : { why }) };
};

const settle = <Event extends MessageRequeued | MessageDiscarded>(
  world: World,
  { stream, fatal }: Letter,
  event: (at: string) => Event,
): NewEvent<Event> => {
  const node = world.someNode();
  const stored: NewEvent<Event> = {
    ...event(isoTime(world.clockOf(node))),
    id: world.newId(node),
    metadata: {
      $correlationId: fatal.metadata.$correlationId,
      $causationId: fatal.id,
      schema: schemaVersion,
    },
  };
  world.append(node, stream, [stored]);
  return stored;
};

const requeue = (world: World, letter: Letter): NewEvent<MessageRequeued> =>
  settle(world, letter, (requeuedAt) => ({
    type: 'MessageRequeued',
    data: { ...signed(world, letter), requeuedAt },
  }));

const discard = (world: World, letter: Letter): void => {
  settle(
    world,
    letter,
    (discardedAt): MessageDiscarded => ({
      type: 'MessageDiscarded',
      data: { ...signed(world, letter), discardedAt },
    }),
  );
};

/** What becomes of a text that was given up, or of which nobody knows whether it arrived. */
const textMeasures = { 'put back': 4, closed: 2, 'told by a report': 1, left: 2 } as const;
/** And of a message that an app threw on, since its sender was not registered. */
const messageMeasures = { 'put back once registered': 4, 'put back in vain': 1, closed: 1, left: 1 } as const;

/** The people who look after dead letters. */
export const createOperators = (world: World, lanes: Lanes): Pick<Duties, 'died' | 'failed'> => {
  const drawForText = createDeck(world.random, textMeasures);
  const drawForMessage = createDeck(world.random, messageMeasures);
  const afterHours = (hours: number) => 5 * minute + world.random.around(hours * hour);
  return {
    died: (text, fatal) => {
      // Put back once: a text that has died twice is left to whoever reads the history.
      if (text.request.type === 'MessageRequeued') return;
      const { messageId } = text.event.data;
      const letter: Letter = { stream: text.stream, messageId, direction: 'outbound', fatal };
      const measure = drawForText();
      const delay = afterHours(6);
      if (measure === 'put back')
        world.maybeLater(delay, requeuedTextWeight, () => lanes.requeued(text, requeue(world, letter)));
      if (measure === 'closed') world.maybeLater(delay, 1, () => discard(world, letter));
      if (measure === 'told by a report' && fatal.type === 'DispatchUnclear')
        world.maybeLater(delay, 1, () => report(world, text, 'delivered'));
    },
    failed: (connection, fatal) => {
      const { messageId } = fatal.data as { messageId: string };
      const letter: Letter = {
        stream: conversationStream(connection),
        messageId,
        direction: 'inbound',
        fatal,
      };
      const isOpen = () => world.actorOf(connection).conversation.failed.has(messageId);
      const measure = drawForMessage();
      const delay = afterHours(4);
      if (measure === 'put back once registered') register(world, connection, delay - minute);
      if (measure === 'closed')
        world.maybeLater(delay, 1, () => {
          if (isOpen()) discard(world, letter);
        });
      if (measure === 'closed' || measure === 'left') return;
      world.maybeLater(delay, requeuedMessageWeight, () => {
        if (!isOpen()) return;
        requeue(world, letter);
        world.later(20, routeWeight, () => route(world, connection));
      });
    },
  };
};

const register = (world: World, connection: Connection, delayMs: number): void => {
  const phrases = world.random.pick(allPhrases);
  const text = `${phrases.register} ${world.random.pick(phrases.names)}`;
  world.maybeLater(delayMs, textWeight, () => receive(world, connection, text));
};

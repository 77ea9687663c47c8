import { runOutgoing } from '../../src/apps/outgoing.js';
import { isoTime } from '../../src/domain/clock.js';
import { conversationStream } from '../../src/domain/connection.js';
import { textEvent } from '../../src/domain/decide.js';
import type { InboundRejected } from '../../src/domain/events.js';
import { schemaVersion } from '../../src/domain/events.js';
import { changesOf } from '../../src/routing/basis.js';
import { allPhrases } from './apps/phrases.js';
import { foreign } from './foreign.js';
import type { People, Person } from './people.js';
import { createDeck, type Weights } from './random.js';
import { phasePorts } from './routing.js';
import { textOutWeight } from './weights.js';
import type { World } from './world.js';

const mostReached = 6;
/** Events that may follow from one happening here, at most. */
export const backgroundWeight = mostReached * textOutWeight;

const weights = {
  rejected: 5,
  broadcast: 2,
  'a message in the hands of a newer router': 1,
  'a message that a newer router decided on': 1,
  'a fact of an app that is gone': 1,
  'an event of an unknown type': 1,
  'another program': 1,
} as const satisfies Weights<string>;

/** What happens beside the dialogues. */
export const createBackground = (world: World, people: People) => {
  const draw = createDeck(world.random, weights);
  return {
    /** A text to several people, whom this router has in hand. */
    broadcastBy: (node: string): Promise<void> => {
      const isIts = ({ connection }: Person) =>
        world.routers.owner(conversationStream(connection), world.now) === node;
      return broadcast(world, people.some(20).filter(isIts).slice(0, mostReached));
    },
    /** One of all that there is. */
    happen: async (): Promise<void> => {
      const card = draw();
      if (card === 'rejected') return reject(world);
      if (card === 'broadcast') return broadcast(world, people.some(mostReached));
      foreign[card](world, people.someone());
    },
  };
};

type Rejected = InboundRejected['data'];

const rejections: readonly Pick<Rejected, 'reason' | 'request'>[] = [
  {
    reason: '"text" is missing; got id, charset, coding.',
    request: { method: 'GET', url: '/backend/my-kannel-backend/?id=%2B256772000123&charset=UTF-8&coding=0' },
  },
  {
    reason: '"charset" is "KLINGON-8", which no one here knows; expected e.g. UTF-8 or UTF-16BE.',
    request: {
      method: 'GET',
      url: '/backend/my-kannel-backend/?id=%2B7&text=%D0%BF&charset=KLINGON-8&coding=2',
    },
  },
  {
    reason: 'The body is not a JSON object; expected one with a field for each value.',
    request: { method: 'POST', url: '/http/chat/', contentType: 'application/json', body: 'WyLwn5ihIl0=' },
  },
];

/** A request that could not be understood. */
export const reject = (world: World): void => {
  const { reason, request } = world.random.pick(rejections);
  const node = world.someNode();
  const backend = request.url.includes('chat') ? 'chat' : 'my-kannel-backend';
  const data = { reason, request, rejectedAt: isoTime(world.clockOf(node)) };
  world.appendFirst(node, `inbound-${backend}`, { type: 'InboundRejected', data });
};

/** A text of the send API to several people: one job, of which each text is a part. */
const broadcast = async (world: World, reached: readonly Person[]): Promise<void> => {
  const node = world.someNode();
  const job = world.newId(node);
  const { advice } = world.random.pick(allPhrases);
  for (const { connection } of reached) {
    const messageId = world.newId(node);
    const nowMs = world.clockOf(node);
    const { conversation, memory } = world.actorOf(connection);
    const known = { conversation, memory, now: new Date(nowMs) };
    const out = await runOutgoing(world.apps, { connection, text: advice }, known, phasePorts(world.random));
    const stopped = out.cancelledBy === undefined ? {} : { cancelledBy: out.cancelledBy };
    const stream = conversationStream(connection);
    const making = { ...changesOf(advice, out), ...world.basisOf(node, stream) };
    const event = textEvent(messageId, { text: out.text, ...stopped, making }, isoTime(nowMs));
    const metadata = { $correlationId: job, schema: schemaVersion };
    world.append(node, stream, [{ ...event, id: messageId, metadata }]);
  }
};

import { isoTime } from '../../src/domain/clock.js';
import { type Connection, conversationStream } from '../../src/domain/connection.js';
import type { GatewayFacts, MessageReceived } from '../../src/domain/events.js';
import { backendNamed } from './backends.js';
import { gatewayId } from './ids.js';
import type { Random } from './random.js';
import { textWeight } from './weights.js';
import type { World } from './world.js';

const second = 1_000;

/** A text arrives at its gateway, and with a router: sometimes more than once, since the answer was lost on the way. */
export const receive = (world: World, connection: Connection, raw: string): void => {
  const { random } = world;
  const { engine, hasIds } = backendNamed(connection.backend);
  const text = engine === 'kannel' ? squeezed(raw) : raw;
  const gateway = engine === 'kannel' ? kannelFacts(world, text, raw) : httpFacts(random, hasIds);
  store(world, connection, text, gateway);
  if (!hasIds || !random.isOneIn(60)) return;
  // Mostly at once; now and then it lay in a queue for days.
  const delay = random.isOneIn(5) ? 86_400 * (1 + random.next()) : 1 + random.around(20);
  world.maybeLater(delay * second, textWeight, () => store(world, connection, text, gateway));
};

const store = (
  world: World,
  connection: Connection,
  text: string,
  gateway: GatewayFacts | undefined,
): void => {
  const node = world.someNode();
  const messageId = world.newId(node);
  const stream = conversationStream(connection);
  const data = {
    messageId,
    text,
    receivedAt: isoTime(world.clockOf(node)),
    ...(gateway === undefined ? {} : { gateway }),
  };
  world.appendFirst(node, stream, { type: 'MessageReceived', data } satisfies MessageReceived, messageId);
  world.duties.waits(connection);
};

/** What Kannel does with white space. */
const squeezed = (raw: string): string => raw.replaceAll(/[\t-\r ]+/g, ' ').replaceAll(/^ | $/g, '');

const kannelFacts = (world: World, text: string, raw: string): GatewayFacts => {
  const { random } = world;
  const isPlain = /^[ -~]*$/.test(raw);
  const sentAt = world.now - Math.round(random.around(3 * second));
  return {
    id: gatewayId(random),
    smsc: random.pick(['SMSC-A', 'SMSC-B', 'modem 3']),
    receiver: '8080',
    charset: isPlain ? 'UTF-8' : 'UTF-16BE',
    coding: isPlain ? '0' : '2',
    time: isoTime(sentAt).slice(0, 19).replace('T', ' '),
    ...(raw === text ? {} : { rawText: raw }),
    other: { dcs: isPlain ? '0' : '8' },
  };
};

const httpFacts = (random: Random, hasIds: boolean): GatewayFacts | undefined => {
  if (hasIds) return { id: gatewayId(random) };
  return random.isOneIn(3) ? { other: { campaign: 'posters' } } : undefined;
};

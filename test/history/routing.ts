import type { PhasePorts } from '../../src/apps/phases.js';
import { isoTime } from '../../src/domain/clock.js';
import { type Connection, conversationStream } from '../../src/domain/connection.js';
import { decideRouting } from '../../src/domain/decide.js';
import type { NewEvent } from '../../src/domain/event.js';
import { type Deciding, decide } from '../../src/routing/decide.js';
import { routingDefaults } from '../../src/routing/settings.js';
import { backends } from './backends.js';
import type { Random } from './random.js';
import type { World } from './world.js';

const names = new Set(backends.map(({ name }) => name));

/** Lets the apps decide on what waits in a conversation, as src/routing/route.ts does, by the clock of the router that has it in hand. */
export const route = async (world: World, connection: Connection): Promise<void> => {
  const actor = world.actorOf(connection);
  const stream = conversationStream(connection);
  const node = world.routers.owner(stream, world.now);
  const nowMs = world.clockOf(node);
  const ahead = actor.copy();
  const basis = world.basisOf(node, stream);
  const own: NewEvent[] = [];
  for (const pending of actor.conversation.waiting.values()) {
    const decision = await decide(decidingIn(world, node), ahead, pending, new Date(nowMs));
    const appends = decideRouting(connection, pending, decision, isoTime(nowMs), basis);
    for (const append of appends.slice(0, -1)) world.append(node, append.stream, append.events);
    const events = appends.at(-1)?.events ?? [];
    ahead.foresee(events);
    own.push(...events);
  }
  if (own.length === 0) return;
  world.append(node, stream, own);
  for (const event of own) if (event.type === 'RoutingFailed') world.duties.failed(connection, event);
};

const decidingIn = (world: World, node: string): Deciding => ({
  apps: world.apps,
  backends: names,
  maxTexts: routingDefaults.maxTexts,
  recipient: async (connection) => {
    const { conversation, memory } = world.actorOf(connection);
    const { seen } = world.basisOf(node, conversationStream(connection));
    return { conversation, memory, revision: seen === undefined ? undefined : BigInt(seen) };
  },
  ports: phasePorts(world.random),
});

/** The apps run for real; only the time that they take is made up. */
export const phasePorts = (random: Random): PhasePorts => {
  let microseconds = 0;
  return {
    microseconds: () => {
      microseconds += 1 + Math.round(random.around(40));
      return microseconds;
    },
    limit: (work) => work,
  };
};

// The decisions of a history are those of its apps: whoever runs them again over what was received finds no difference.
import test from 'ava';
import { type Connection, connectionOf, conversationStream } from '../../src/domain/connection.js';
import { decideRouting } from '../../src/domain/decide.js';
import type { NewEvent } from '../../src/domain/event.js';
import type { Basis } from '../../src/domain/events.js';
import { isNewer } from '../../src/domain/understood.js';
import { Actor } from '../../src/routing/actor.js';
import { decide } from '../../src/routing/decide.js';
import { apps } from './apps.js';
import { backends } from './backends.js';
import { asBefore } from './before.js';
import { type Made, made } from './support/made.js';

const names = new Set(backends.map(({ name }) => name));
const ports = { microseconds: () => 0, limit: <T>(work: Promise<T>) => work };

/** All but how long the calls took, and fields that are not there. */
const withoutTimes = ({ id, type, data, metadata }: NewEvent): unknown =>
  JSON.parse(
    JSON.stringify({ id, type, data, metadata }, (name, value) => (name === 'microseconds' ? 0 : value)),
  );

/** The conversations as they are event by event. */
class Reading {
  readonly #actors = new Map<string, Actor>();
  /** Someone else as they were before a message's texts to them, by message and stream. */
  readonly #before = new Map<string, Actor>();

  actorOf(connection: Connection): Actor {
    const stream = conversationStream(connection);
    const actor = this.#actors.get(stream) ?? new Actor(connection, apps);
    this.#actors.set(stream, actor);
    return actor;
  }

  read(event: Made): void {
    const connection = connectionOf(event.stream);
    if (connection === undefined) return;
    const actor = this.actorOf(connection);
    const key = `${event.metadata.$correlationId} ${event.stream}`;
    if ('inResponseTo' in event.data && !this.#before.has(key)) this.#before.set(key, actor.copy());
    actor.foresee([event]);
  }

  recipientOf(messageId: string, connection: Connection): Actor {
    return this.#before.get(`${messageId} ${conversationStream(connection)}`) ?? this.actorOf(connection);
  }
}

const isDecision = (event: Made): boolean =>
  (event.type === 'MessageRouted' || event.type === 'RoutingFailed') && !isNewer(event);

const decidedAnew = async (reading: Reading, { stream, data }: Made): Promise<readonly NewEvent[]> => {
  const connection = connectionOf(stream);
  if (connection === undefined) return [];
  const actor = reading.actorOf(connection);
  const messageId = String(data.messageId);
  const pending = actor.conversation.waiting.get(messageId);
  if (pending === undefined) return [];
  const at = String(data.routedAt ?? data.failedAt);
  const recipient = async (to: Connection) => reading.recipientOf(messageId, to);
  const deciding = { apps, ports, backends: names, maxTexts: 100, recipient };
  const decision = await decide(deciding, actor, pending, new Date(at));
  // Who decided, and up to where the conversation was known, are the history's own words.
  const { by, seen } = data as Basis;
  const basis = { ...(by === undefined ? {} : { by }), ...(seen === undefined ? {} : { seen }) };
  const anew = decideRouting(connection, pending, decision, at, basis).flatMap(({ events }) => events);
  return by === undefined ? anew.map(asBefore) : anew;
};

/** Of a text to someone else: up to where they were known, which the folds of this test do not count. */
const withoutSeen = <Event extends NewEvent>({ data, ...event }: Event) => {
  const { seen: _seen, ...rest } = data as { seen?: unknown };
  return { ...event, data: event.type === 'MessageSent' || event.type === 'MessageCancelled' ? rest : data };
};

for (const seed of [21, 22, 23, 24]) {
  test(`the apps decide on every message of seed ${seed} as they did`, async (t) => {
    const events = await made({ seed, events: 4_000 });
    const byId = new Map(events.map((event) => [event.id, event]));
    const reading = new Reading();
    let decisions = 0;
    for (const event of events) {
      if (isDecision(event)) {
        const anew = await decidedAnew(reading, event);
        t.true(anew.length > 0, event.id);
        for (const expected of anew) {
          const there = byId.get(expected.id);
          t.deepEqual(there && withoutTimes(withoutSeen(there)), withoutTimes(withoutSeen(expected)));
        }
        decisions += 1;
      }
      reading.read(event);
    }
    t.true(decisions > 500);
  });
}

test('a decision says up to where its conversation was known, from the version on that records it', async (t) => {
  const events = await made({ seed: 25, events: 4_000 });
  const known = new Map<string, bigint>();
  const named = new Set<boolean>();
  const received = new Map<string, string | undefined>();
  for (const event of events) {
    const { stream, type, data } = event;
    const before = known.get(stream);
    if (type === 'MessageReceived') received.set(String(data.messageId), before?.toString());
    if (isDecision(event)) {
      const { by, seen } = data as Basis;
      named.add(by !== undefined);
      t.is(seen === undefined, by === undefined);
      // At least the message itself was known, and nothing that came after the decision.
      if (seen !== undefined) {
        t.true(BigInt(seen) > BigInt(received.get(String(data.messageId)) ?? -1n));
        t.true(BigInt(seen) <= (before ?? -1n));
      }
    }
    known.set(stream, (before ?? -1n) + 1n);
  }
  t.true(named.has(true) && named.has(false));
});

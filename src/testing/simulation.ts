import { type AnyApp, type ConversationFacts, checkApp } from '../apps/app.js';
import { factType, stateOf } from '../apps/memory.js';
import { PhaseTimeout } from '../apps/phases.js';
import { type Connection, conversationStream } from '../domain/connection.js';
import { decideRouting } from '../domain/decide.js';
import type { DomainEvent, NewEvent } from '../domain/event.js';
import { type MessageReceived, schemaVersion } from '../domain/events.js';
import { Actor } from '../routing/actor.js';
import { decide, type Known } from '../routing/decide.js';
import { routingDefaults } from '../routing/settings.js';
import { type Reaction, reactionTo } from './reaction.js';

/** Texts that one message may lead to, where a test says nothing else. */
export const maxTextsInTests = routingDefaults.maxTexts;

export interface SimulationOptions {
  /** For messages that name none. Default: `mockbackend` and `1112223333`. */
  readonly connection?: Partial<Connection>;
  /** The time that the apps go by until a message says otherwise. Default: noon of 1 January 2026, UTC. */
  readonly now?: Date;
  /** Limit for one call of one app. Default 1,000 ms. */
  readonly phaseTimeoutMs?: number;
  /** Texts that one message may lead to. Default 100. */
  readonly maxTexts?: number;
}

/** What a conversation has been, as apps are told of it. */
export type Counts = Pick<ConversationFacts, 'received' | 'sent' | 'firstReceivedAt'>;

/** A message that comes in. */
export interface Incoming {
  /** An identity, or a connection of another backend. */
  readonly from?: string | Connection;
  /** The time that the apps go by, from here on. */
  readonly at?: Date;
  /** What else a gateway told, and what it is known by. Default: an id, and the time that the apps go by. */
  readonly told?: Partial<Omit<MessageReceived['data'], 'text'>>;
}

/** Conversations with apps in memory: the router's own rules, no store, no gateway, no clock. Nothing is ever sent. */
export class Simulation {
  readonly #actors = new Map<string, Actor>();
  /** What conversations have been besides what came in here. */
  readonly #besides = new Map<string, Counts>();
  readonly #connection: Connection;
  #now: Date;
  #lastId = 0;

  constructor(
    readonly apps: readonly AnyApp[],
    private readonly options: SimulationOptions = {},
  ) {
    for (const app of apps) checkApp(app);
    this.#connection = { backend: 'mockbackend', identity: '1112223333', ...options.connection };
    this.#now = options.now ?? new Date('2026-01-01T12:00:00.000Z');
  }

  /** Facts that an app recorded before the test begins. @param from - an identity, or a connection of another backend */
  remembered(app: string, facts: readonly DomainEvent[], from?: string | Connection): void {
    const actor = this.#actorOf(this.#connectionOf(from));
    actor.foresee(facts.map(({ type, data }) => this.#event({ type: factType(app, type), data })));
  }

  /** What a conversation has been so far, whatever it has been here. */
  had({ received, sent, firstReceivedAt }: Counts, from?: string | Connection): void {
    const connection = this.#connectionOf(from);
    const here = this.#actorOf(connection).conversation;
    this.#besides.set(conversationStream(connection), {
      received: received - here.received,
      sent: sent - here.sent,
      ...(firstReceivedAt === undefined ? {} : { firstReceivedAt }),
    });
  }

  /** A message comes in and is routed. */
  async receive(text: string, { from, at, told }: Incoming = {}): Promise<Reaction> {
    this.#now = at ?? this.#now;
    const connection = this.#connectionOf(from);
    const actor = this.#actorOf(connection);
    const received = this.#event({ type: 'MessageReceived', data: {} });
    const data = { messageId: received.id, receivedAt: this.#now.toISOString(), ...told, text };
    actor.foresee([{ ...received, data }]);
    const pending = actor.conversation.waiting.get(data.messageId);
    if (pending === undefined)
      throw new Error('A received message waits: this is a fault of the simulation.');
    const decision = await decide(this.#deciding(), this.#known(connection), pending, this.#now);
    const appends = decideRouting(connection, pending, decision, this.#now.toISOString());
    for (const { stream, events } of appends) this.#actors.get(stream)?.foresee(events);
    return reactionTo(connection, appends);
  }

  /** What an app remembers of a conversation. */
  state<State>(app: string, from?: string | Connection): State {
    const found = this.apps.find(({ name }) => name === app);
    if (found === undefined) throw new Error(`There is no app ${app} here.`);
    return stateOf(this.#actorOf(this.#connectionOf(from)).memory, found) as State;
  }

  #deciding() {
    const { phaseTimeoutMs = 1_000, maxTexts = maxTextsInTests } = this.options;
    return {
      apps: this.apps,
      maxTexts,
      ports: { microseconds: () => 0, limit: limitOf(phaseTimeoutMs) },
      recipient: async (connection: Connection) => this.#known(connection),
    };
  }

  #known(connection: Connection): Known {
    const { conversation, memory } = this.#actorOf(connection);
    const { received = 0, sent = 0, ...since } = this.#besides.get(conversationStream(connection)) ?? {};
    const counts = { received: conversation.received + received, sent: conversation.sent + sent };
    return { conversation: { ...conversation, ...counts, ...since }, memory };
  }

  #connectionOf(from: string | Connection | undefined): Connection {
    return typeof from === 'object'
      ? from
      : { ...this.#connection, identity: from ?? this.#connection.identity };
  }

  #actorOf(connection: Connection): Actor {
    const stream = conversationStream(connection);
    const actor = this.#actors.get(stream) ?? new Actor(connection, this.apps);
    this.#actors.set(stream, actor);
    return actor;
  }

  #event(event: DomainEvent): NewEvent {
    // Far enough apart that the ids derived from one never meet the next.
    this.#lastId += 0x10_000;
    const id = `00000000-0000-7000-8000-${this.#lastId.toString(16).padStart(12, '0')}`;
    return { ...event, id, metadata: { $correlationId: id, schema: schemaVersion } };
  }
}

/** From before anyone replaces them: a replay does, before it loads apps. */
const { setTimeout, clearTimeout } = globalThis;

const limitOf =
  (timeoutMs: number) =>
  async <T>(work: Promise<T>): Promise<T> => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new PhaseTimeout(`took longer than ${timeoutMs} ms`)), timeoutMs);
    });
    return Promise.race([work, late]).finally(() => clearTimeout(timer));
  };

import type { AnyApp } from '../../src/apps/app.js';
import { type Connection, connectionOf, conversationStream } from '../../src/domain/connection.js';
import type { DomainEvent, NewEvent } from '../../src/domain/event.js';
import {
  type Basis,
  type Decider,
  type MessageRequeued,
  type MessageSent,
  type SendErrorCode,
  schemaVersion,
} from '../../src/domain/events.js';
import { Actor } from '../../src/routing/actor.js';
import { basisOf } from '../../src/routing/basis.js';
import { Agenda } from './agenda.js';
import { asBefore } from './before.js';
import { idAt } from './ids.js';
import type { Random } from './random.js';
import type { Routers } from './routers.js';

/** What one append of a router stores. */
export interface HistoryAppend {
  readonly stream: string;
  readonly events: readonly NewEvent[];
  /** What the clock of that router told then, in ms since 1970: a store keeps it as the time of recording, unless it knows a later one. */
  readonly now: number;
}

/** A text that was decided, and whose. */
export interface SentText {
  readonly connection: Connection;
  readonly stream: string;
  readonly event: NewEvent<MessageSent>;
}

/** The same, and what the gateway will do with it, attempt by attempt: it takes the one after the last. */
export interface Outgoing extends SentText {
  /** What asks for the attempts. */
  readonly request: NewEvent<MessageSent | MessageRequeued>;
  readonly fate: readonly SendErrorCode[];
}

/** Whose business it is what follows from something. */
export interface Duties {
  /** A message waits for routing. */
  waits(connection: Connection): void;
  /** An app threw on a message. */
  failed(connection: Connection, fatal: NewEvent): void;
  /** A text is to be handed over. */
  sent(text: SentText): void;
  /** A text was given up, or nobody knows what became of it. */
  died(text: Outgoing, fatal: NewEvent): void;
}

/** Everything as it is at one moment of the history: the time, what was stored, what the conversations know, and what will happen. */
export class World {
  readonly agenda = new Agenda();
  readonly duties: Duties;
  /** The true time, in ms since 1970, whatever the clocks tell. */
  now: number;
  /** Events so far. */
  count = 0;
  /** Texts so far, in and out, by stream: only of those that are counted. */
  readonly counted = new Map<string, number>();
  #reserved = 0;
  #appends: HistoryAppend[] = [];
  readonly #actors = new Map<string, Actor>();
  /** Of the last event of each conversation. */
  readonly #revisions = new Map<string, bigint>();
  /** By the name of the router: what its decisions name. One of a version that did not record it has none. */
  readonly #deciders = new Map<string, Decider>();

  constructor(
    readonly random: Random,
    readonly routers: Routers,
    readonly apps: readonly AnyApp[],
    private readonly size: number,
    dutiesIn: (world: World) => Duties,
  ) {
    this.now = routers.begin;
    this.duties = dutiesIn(this);
  }

  /** Events that may still be begun: what is under way has its own kept free. */
  get room(): number {
    return this.size - this.count - this.agenda.weight - this.#reserved;
  }

  /** Keeps room for so many events that are on no agenda yet; with a negative number gives it back. */
  reserve(events: number): void {
    this.#reserved += events;
  }

  /** @param weight - events that may follow from it, at most */
  later(delayMs: number, weight: number, happen: () => void | Promise<void>): void {
    this.agenda.add(this.now + Math.max(1, Math.round(delayMs)), weight, happen);
  }

  /** The same, for what need not happen: it does not, when there is no room for it. */
  maybeLater(delayMs: number, weight: number, happen: () => void | Promise<void>): void {
    if (this.room >= weight) this.later(delayMs, weight, happen);
  }

  clockOf(node: string): number {
    return this.routers.clockOf(node, this.now);
  }

  /** A router that runs now: any may be asked by a gateway. */
  someNode(): string {
    const nodes = ['north', 'south'].filter((node) => this.routers.isUp(node, this.now));
    return this.random.pick(nodes);
  }

  newId(node: string): string {
    return idAt(this.random, this.clockOf(node));
  }

  actorOf(connection: Connection): Actor {
    const stream = conversationStream(connection);
    const known = this.#actors.get(stream);
    if (known !== undefined) return known;
    const actor = new Actor(connection, this.apps);
    this.#actors.set(stream, actor);
    return actor;
  }

  /** What the apps go by when they decide on a conversation, as its events tell it. */
  basisOf(node: string, stream: string): Basis {
    return basisOf(this.#deciders.get(node), this.#revisions.get(stream));
  }

  /** @param run - undefined: it is of a version that does not record who decides */
  began(node: string, run: string | undefined): void {
    if (run === undefined) this.#deciders.delete(node);
    else this.#deciders.set(node, { node, run });
  }

  forget(connection: Connection): void {
    this.#actors.delete(conversationStream(connection));
  }

  /** What a router stores: by its clock, and known to the conversation from then on. */
  append(node: string, stream: string, given: readonly NewEvent[]): void {
    const events = this.#deciders.has(node) ? given : given.map(asBefore);
    this.#appends.push({ stream, events, now: this.clockOf(node) });
    this.count += events.length;
    const connection = connectionOf(stream);
    if (connection === undefined) return;
    this.actorOf(connection).foresee(events);
    this.#revisions.set(stream, (this.#revisions.get(stream) ?? -1n) + BigInt(events.length));
    for (const event of events) this.#tell(connection, stream, event);
  }

  /** What a person or a gateway causes, and nothing caused before. */
  appendFirst(node: string, stream: string, event: DomainEvent, id = this.newId(node)): string {
    this.append(node, stream, [{ ...event, id, metadata: { $correlationId: id, schema: schemaVersion } }]);
    return id;
  }

  /** What was stored since this was asked last. */
  taken(): readonly HistoryAppend[] {
    const appends = this.#appends;
    this.#appends = [];
    return appends;
  }

  #tell(connection: Connection, stream: string, event: NewEvent): void {
    const count = this.counted.get(stream);
    const isText = event.type === 'MessageReceived' || event.type === 'MessageSent';
    if (count !== undefined && isText) this.counted.set(stream, count + 1);
    if (event.type === 'MessageSent' && event.metadata.schema === schemaVersion)
      this.duties.sent({ connection, stream, event: event as NewEvent<MessageSent> });
  }
}

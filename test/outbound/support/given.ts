import { randomUUID } from 'node:crypto';
import { isoTime } from '../../../src/domain/clock.js';
import { type Connection, conversationStream } from '../../../src/domain/connection.js';
import type { NewEvent, RecordedEvent } from '../../../src/domain/event.js';
import type { ConversationEvent } from '../../../src/domain/events.js';
import type { Log } from '../../../src/domain/log.js';
import { type Accepted, type Gateway, type OutgoingText, SendError } from '../../../src/outbound/gateway.js';
import type { LaneRelease } from '../../../src/outbound/lane.js';
import { createOutbound, type Outbound } from '../../../src/outbound/outbound.js';
import type { LaneSettingsInput } from '../../../src/outbound/settings.js';
import { createMemoryStore } from '../../../src/store/memory/open.js';
import type { Checkpoints, EventStore } from '../../../src/store/port.js';
import { ManualClock } from './manualClock.js';

/** The store these tests run on. */
export const openStore = (): EventStore => createMemoryStore();

export type Answer = Accepted | SendError | Error;

/** A gateway that answers as told, and remembers what it was asked. */
export class ScriptedGateway implements Gateway {
  readonly asked: OutgoingText[] = [];
  /** What it took, by text. */
  readonly taken: string[] = [];
  inFlight = 0;
  mostInFlight = 0;

  constructor(public answer: (text: OutgoingText, nth: number) => Answer | Promise<Answer> = () => ok) {}

  async send(text: OutgoingText): Promise<Accepted> {
    this.asked.push(text);
    this.inFlight += 1;
    this.mostInFlight = Math.max(this.mostInFlight, this.inFlight);
    const answer = await this.answer(text, this.asked.length);
    this.inFlight -= 1;
    if (answer instanceof Error) throw answer;
    this.taken.push(text.text);
    return answer;
  }

  close(): void {}
}

export const ok: Accepted = { answer: '0: Accepted for delivery' };
export const fails = (code: SendError['code'], detail: string = code) => new SendError(code, detail);

export class MapCheckpoints implements Checkpoints {
  readonly saved = new Map<string, string>();

  async load(name: string) {
    return this.saved.get(name);
  }

  async save(name: string, position: string) {
    this.saved.set(name, position);
  }
}

/** A router's outbound side on a store, with time in our hands. */
export class World {
  readonly clock = new ManualClock();
  readonly checkpoints = new MapCheckpoints();
  readonly logged: { level: string; message: string }[] = [];
  readonly log: Log = {
    debug: (_, message) => this.logged.push({ level: 'debug', message }),
    info: (_, message) => this.logged.push({ level: 'info', message }),
    warn: (_, message) => this.logged.push({ level: 'warn', message }),
    error: (_, message) => this.logged.push({ level: 'error', message }),
  };
  random = () => 1;
  /** False: the process was silent for so long that another may have its lanes. */
  hasLease = true;

  constructor(
    readonly store: EventStore = openStore(),
    readonly gateway = new ScriptedGateway(),
  ) {}

  outbound(settings: LaneSettingsInput = {}, gateway = this.gateway): Outbound {
    const { store, checkpoints, clock, log } = this;
    const lanes = [{ backend: 'kannel', gateway, settings }];
    const random = () => this.random();
    const hasLease = () => this.hasLease;
    return createOutbound({ store, checkpoints, lanes, clock, random, newId: randomUUID, log, hasLease });
  }

  started(
    settings: LaneSettingsInput = {},
    { cleanStart = true, gateway = this.gateway }: { cleanStart?: boolean; gateway?: ScriptedGateway } = {},
  ) {
    const outbound = this.outbound(settings, gateway);
    const begin = (released: LaneRelease) => void outbound.work(new Map([['kannel', released]]));
    const release = async (timeoutMs: number) =>
      (await outbound.work(new Map(), timeoutMs)).get('kannel') ?? { clean: false };
    begin({ clean: cleanStart });
    const stop = async (timeoutMs: number) => (await release(timeoutMs)).clean;
    return { begin, release, stop, status: () => outbound.status() };
  }

  /** Appends MessageSent: the text is the message's id too. */
  async sent(identity: string, ...texts: string[]): Promise<void> {
    for (const text of texts) {
      const data = { messageId: text, text, sentAt: isoTime(this.clock.now()) };
      await this.told(identity, { type: 'MessageSent', data });
    }
  }

  async told(identity: string, ...events: ConversationEvent[]): Promise<void> {
    await this.#append(identity, 1, events);
  }

  /** As a newer version of the router writes them. */
  async newer(identity: string, ...events: ConversationEvent[]): Promise<void> {
    await this.#append(identity, 2, events);
  }

  async #append(identity: string, schema: number, events: readonly ConversationEvent[]): Promise<void> {
    const metadata = { $correlationId: `of ${identity}`, schema };
    const fresh = events.map((event): NewEvent => ({ ...event, id: randomUUID(), metadata }));
    await this.store.append(conversationStream(kannel(identity)), fresh);
  }

  /** What the stream holds but the decision to send. */
  async outcomes(identity: string): Promise<RecordedEvent[]> {
    const events = await this.events(identity);
    return events.filter(({ type }) => type !== 'MessageSent');
  }

  async events(identity: string): Promise<RecordedEvent[]> {
    const events: RecordedEvent[] = [];
    for await (const event of this.store.readStream(conversationStream(kannel(identity)))) events.push(event);
    return events;
  }

  async types(identity: string): Promise<string[]> {
    return (await this.outcomes(identity)).map(({ type }) => type);
  }
}

const kannel = (identity: string): Connection => ({ backend: 'kannel', identity });

/** A store that does as another but where it is told otherwise. */
export const storeWith = (store: EventStore, changed: Partial<EventStore>): EventStore => ({
  append: (...args) => store.append(...args),
  readStream: (...args) => store.readStream(...args),
  readAll: (...args) => store.readAll(...args),
  subscribe: (...args) => store.subscribe(...args),
  close: () => store.close(),
  timeline: store.timeline,
  isPosition: (text) => store.isPosition(text),
  ...changed,
});

/** What of a store is in the streams of some categories, for a test that shares it with others. */
export const partOf = (store: EventStore, categories: readonly string[]): EventStore =>
  storeWith(store, {
    readAll: (options) => store.readAll({ ...options, filter: { ...options?.filter, categories } }),
    subscribe: (options) => store.subscribe({ ...options, filter: { ...options?.filter, categories } }),
  });

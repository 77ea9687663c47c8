import type { AnyApp } from '../apps/app.js';
import type { Clock, NewId } from '../domain/clock.js';
import { type Connection, conversationStream } from '../domain/connection.js';
import type { RecordedEvent } from '../domain/event.js';
import { type Decider, schemaVersion } from '../domain/events.js';
import type { Log } from '../domain/log.js';
import { isNewer } from '../domain/understood.js';
import { type EventStore, isRestored } from '../store/port.js';
import { recordAnew, recordAnewIfRestored } from '../store/recordAnew.js';
import { tellFailure } from '../store/tell.js';
import { Actors } from './actors.js';
import type { Assignment } from './assignment.js';
import { Assignments } from './assignments.js';
import type { Deciding, Known } from './decide.js';
import type { RoutingListener } from './listener.js';
import { runPipeline } from './pipeline.js';
import { phasePorts } from './ports.js';
import { RoutingWatcher } from './routingWatcher.js';
import { type SendOrder, type SendResult, sendTo } from './send.js';
import type { RoutingSettings } from './settings.js';
import { routeUntilStored } from './untilStored.js';
import { Waiters } from './waiters.js';
import type { WaitingMessage } from './waiting.js';

export interface RoutingNeeds {
  readonly store: EventStore;
  readonly apps: readonly AnyApp[];
  /** The names of the backends that texts may be sent to; absent: any. */
  readonly backends?: ReadonlySet<string>;
  /** Those of them whose phones are played. */
  readonly played?: ReadonlySet<string>;
  readonly settings: RoutingSettings;
  readonly clock: Clock;
  /** Microseconds of a steady clock. */
  readonly microseconds: () => number;
  readonly newId: NewId;
  /** This run of the router, as each decision names it; absent: that is not recorded. */
  readonly decider?: () => Decider | undefined;
  readonly log: Log;
  readonly listener?: Pick<RoutingListener, 'decided' | 'sent'>;
}

/** Hands what is received through the apps, for the conversations that are assigned to it. */
export class Routing {
  readonly #needs: RoutingNeeds;
  readonly #actors: Actors;
  readonly #deciding: Deciding;
  readonly #waiters: Waiters;
  readonly #watcher: RoutingWatcher;
  readonly #assignments: Assignments;
  #ready = false;
  /** Why the pipeline does not run at the moment. */
  #fault: string | undefined;
  readonly #told = new Set<string>();
  #stopped = false;

  constructor(needs: RoutingNeeds) {
    this.#needs = needs;
    this.#waiters = new Waiters(needs.clock);
    this.#watcher = new RoutingWatcher({
      ...needs,
      settled: (messageId) => {
        this.#waiters.tell(messageId);
      },
    });
    this.#actors = new Actors(needs.store, needs.apps, needs.settings.actors);
    this.#deciding = {
      apps: needs.apps,
      ports: phasePorts(needs),
      maxTexts: needs.settings.maxTexts,
      ...(needs.backends === undefined ? {} : { backends: needs.backends }),
      ...(needs.played === undefined ? {} : { played: needs.played }),
      recipient: (connection) => this.#known(connection),
    };
    const { store, settings } = needs;
    this.#assignments = new Assignments({
      ...needs,
      failed: (error) => this.#failed(error),
      run: (progress, stop) => runPipeline({ store, ...settings, ...this.#pipelineCalls() }, progress, stop),
      left: (inHand, timeline) => void recordAnewIfRestored(needs, receivedOf(inHand), timeline),
      releasing: () => this.#listen(),
    });
  }

  /** True while it runs, once everything that waited at the start has been taken up, as far as it is assigned to this process. */
  get ready(): boolean {
    if (this.#stopped) return false;
    return this.#assignments.holdsNone || (this.#ready && this.#fault === undefined);
  }

  /**
   * Routes the conversations of these partitions from now on and no others. What is under way of the others is stored first.
   * May be called again before it has resolved.
   *
   * @returns how far the partitions are that were released
   */
  work({ partitionCount, held }: Assignment): Promise<Assignment['held']> {
    return this.#assignments.assign({ partitionCount, held: this.#sound(held) });
  }

  /** Up to where the messages of a partition are routed that is worked on. */
  lowWaterMark(partition: number): string | undefined {
    return this.#assignments.lowWaterMark(partition);
  }

  /** All conversations, from a place on: for a process by itself. */
  start(mark?: string): void {
    void this.#assignments.assignAll(mark);
  }

  /**
   * Takes nothing more; resolves when what is under way is stored. What waits is taken up at the next start.
   *
   * @returns how far each partition is
   */
  async stop(): Promise<Assignment['held']> {
    this.#stopped = true;
    const released = await this.#assignments.assignNone();
    await this.#watcher.stop();
    this.#waiters.tellAll();
    return released;
  }

  /**
   * To be called, and awaited unless undefined, before a message is stored that someone waits for: another process may
   * route it.
   */
  attend(): Promise<void> | undefined {
    return this.#assignments.holdsAll ? undefined : this.#watcher.open();
  }

  /** Resolves when the message is routed, the router stops, or after about `withinMs`. Ask before it is appended. */
  settled(messageId: string, withinMs: number): Promise<void> {
    return this.#waiters.for(messageId, withinMs);
  }

  /** No one waits for this {@link settled} any more. */
  forget(messageId: string): void {
    this.#waiters.tell(messageId);
  }

  /** @throws {StoreError} when it cannot be stored; what was stored before is sent */
  send(order: SendOrder): Promise<readonly SendResult[]> {
    return sendTo({ ...this.#needs, deciding: this.#deciding }, order);
  }

  async #known(connection: Connection): Promise<Known> {
    const actor = await this.#actors.of(conversationStream(connection));
    if (actor === undefined)
      throw new TypeError(`No conversation can be had with ${JSON.stringify(connection)}.`);
    await actor.catchUp(this.#needs.store);
    return { conversation: actor.conversation, memory: actor.memory, revision: actor.revision };
  }

  /** Who waits for a message that has just become another's must hear when that one has routed it. */
  async #listen(): Promise<void> {
    if (this.#stopped || this.#waiters.size === 0) return;
    await this.#watcher.open()?.catch(() => undefined);
  }

  #pipelineCalls() {
    return {
      actors: this.#actors,
      route: (waiting: WaitingMessage, stop: AbortSignal) =>
        routeUntilStored({ ...this.#needs, actors: this.#actors, deciding: this.#deciding }, waiting, stop),
      settled: (messageId: string) => {
        this.#waiters.tell(messageId);
      },
      passedOver: (event: RecordedEvent) => this.#passedOver(event),
      recordAnew: (inHand: readonly WaitingMessage[], stop: AbortSignal) =>
        recordAnew(this.#needs, receivedOf(inHand), stop),
      caughtUp: () => {
        this.#fault = undefined;
        this.#ready = true;
      },
    };
  }

  /** What is no place in the store is nothing to go on from: then all of it is read, and what was routed is recognised. */
  #sound(held: Assignment['held']): Assignment['held'] {
    const { store, log } = this.#needs;
    const unsound = [...held.values()].filter((mark) => mark !== undefined && !store.isPosition(mark));
    if (unsound.length === 0) return held;
    const fields = { mark: unsound[0], partitions: unsound.length };
    log.warn(fields, 'what is kept of the routing is no place in the store: read from the beginning');
    return new Map(
      [...held].map(([partition, mark]) => [partition, unsound.includes(mark) ? undefined : mark]),
    );
  }

  /** One of each sort is told. */
  #passedOver(event: RecordedEvent): void {
    const { stream, id, type, metadata } = event;
    const what = isNewer(event)
      ? 'a newer version of the router has written here: such events are passed over'
      : 'someone else has written here what bears the name of our events: such events are passed over';
    if (this.#told.has(what)) return;
    this.#told.add(what);
    this.#needs.log.warn({ stream, id, type, schema: metadata.schema, understood: schemaVersion }, what);
  }

  /** Told once, however often it is tried again. */
  #failed(error: unknown): void {
    const { log } = this.#needs;
    const fault = error instanceof Error ? error.message : String(error);
    if (isRestored(error)) log.warn({ why: fault }, 'the routing begins again');
    else if (fault !== this.#fault)
      tellFailure(log, 'error', { err: error }, 'the routing pipeline failed and starts again');
    this.#fault = fault;
  }
}

/** What a person put back is theirs to put back again. */
const receivedOf = (inHand: readonly WaitingMessage[]): readonly RecordedEvent[] =>
  inHand.map(({ event }) => event).filter(({ type }) => type === 'MessageReceived');

import type { AnyApp } from '../apps/app.js';
import { type PhasePorts, PhaseTimeout, runOutgoing } from '../apps/phases.js';
import { type Clock, isoTime, type NewId } from '../domain/clock.js';
import { type Connection, conversationStream } from '../domain/connection.js';
import { textEvent } from '../domain/decide.js';
import { schemaVersion } from '../domain/events.js';
import type { Log } from '../domain/log.js';
import { type Checkpoints, type EventStore, StoreError } from '../store/port.js';
import { Actors } from './actors.js';
import type { Deciding, Known } from './decide.js';
import { runPipeline } from './pipeline.js';
import { routeMessage } from './route.js';
import type { RoutingSettings } from './settings.js';
import { Waiters } from './waiters.js';

export interface RoutingNeeds {
  readonly store: EventStore;
  readonly checkpoints: Checkpoints;
  readonly apps: readonly AnyApp[];
  /** The names of the backends that texts may be sent to; absent: any. */
  readonly backends?: ReadonlySet<string>;
  readonly settings: RoutingSettings;
  readonly clock: Clock;
  /** Microseconds of a steady clock. */
  readonly microseconds: () => number;
  readonly newId: NewId;
  readonly log: Log;
}

/** What became of a text that {@link Routing.send} was asked to send. */
export interface SendResult {
  readonly connection: Connection;
  readonly messageId: string;
  /** False when an app's outgoing phase stopped it. */
  readonly sent: boolean;
  readonly cancelledBy?: string;
}

/** Hands what is received through the apps, from `start` to `stop`. */
export class Routing {
  readonly #needs: RoutingNeeds;
  readonly #actors: Actors;
  readonly #deciding: Deciding;
  readonly #stop = new AbortController();
  readonly #waiters: Waiters;
  #running: Promise<void> | undefined;
  #ready = false;

  constructor(needs: RoutingNeeds) {
    this.#needs = needs;
    this.#waiters = new Waiters(needs.clock);
    this.#actors = new Actors(needs.store, needs.apps, needs.settings.actors);
    this.#deciding = {
      apps: needs.apps,
      ports: phasePorts(needs),
      maxTexts: needs.settings.maxTexts,
      ...(needs.backends === undefined ? {} : { backends: needs.backends }),
      recipient: (connection) => this.#known(connection),
    };
  }

  /** True once everything that waited at the start has been taken up. */
  get ready(): boolean {
    return this.#ready && !this.#stop.signal.aborted;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Takes nothing more; resolves when what is under way is stored. What waits is taken up at the next start. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    this.#waiters.tellAll();
  }

  /** Resolves when the message is routed, the router stops, or after about `withinMs`. Ask before it is appended. */
  settled(messageId: string, withinMs: number): Promise<void> {
    return this.#waiters.for(messageId, withinMs);
  }

  /** No one waits for this {@link settled} any more. */
  forget(messageId: string): void {
    this.#waiters.tell(messageId);
  }

  /**
   * Sends a text on nobody's message, through the apps' outgoing phase, each connection by itself.
   *
   * @throws {StoreError} when it cannot be stored; what was stored before is sent
   */
  async send(text: string, connections: readonly Connection[]): Promise<readonly SendResult[]> {
    const job = this.#needs.newId();
    const results: SendResult[] = [];
    for (const connection of connections) results.push(await this.#sendOne(job, text, connection));
    return results;
  }

  async #sendOne(job: string, text: string, connection: Connection): Promise<SendResult> {
    const { apps, store, clock, newId } = this.#needs;
    const messageId = newId();
    const now = new Date(clock.now());
    const known = await this.#known(connection);
    const message = { connection, text };
    const out = await runOutgoing(apps, message, { ...known, now }, this.#deciding.ports);
    const stopped = out.cancelledBy === undefined ? {} : { cancelledBy: out.cancelledBy };
    const event = textEvent(messageId, { text: out.text, ...stopped }, isoTime(now.getTime()));
    const metadata = { $correlationId: job, schema: schemaVersion };
    await store.append(conversationStream(connection), [{ ...event, id: messageId, metadata }]);
    return { connection, messageId, sent: out.cancelledBy === undefined, ...stopped };
  }

  async #known(connection: Connection): Promise<Known> {
    const actor = await this.#actors.of(conversationStream(connection));
    if (actor === undefined)
      throw new TypeError(`No conversation can be had with ${JSON.stringify(connection)}.`);
    await actor.catchUp(this.#needs.store);
    return { conversation: actor.conversation, memory: actor.memory };
  }

  /** A run that ends by an error begins again: what is stored waits for it. */
  async #run(): Promise<void> {
    const { clock, log, settings } = this.#needs;
    const { signal } = this.#stop;
    for (let failures = 0; !signal.aborted; failures += 1) {
      try {
        await runPipeline({ ...this.#needs, ...settings, ...this.#pipelineCalls() }, signal);
      } catch (error) {
        log.error({ err: error }, 'the routing pipeline failed and starts again');
      }
      if (!signal.aborted) await clock.sleep(backOff(failures), signal);
    }
  }

  #pipelineCalls() {
    return {
      actors: this.#actors,
      route: (stream: string, messageId: string, stop: AbortSignal) => this.#route(stream, messageId, stop),
      settled: (messageId: string) => {
        this.#waiters.tell(messageId);
      },
      caughtUp: () => {
        this.#ready = true;
      },
    };
  }

  /** A store that cannot take the decision now is asked again until it can: the message waits on disk meanwhile. */
  async #route(stream: string, messageId: string, stop: AbortSignal): Promise<boolean> {
    const { store, clock, log } = this.#needs;
    const needs = { store, clock, log, actors: this.#actors, deciding: this.#deciding };
    for (let failures = 0; ; failures += 1) {
      try {
        await routeMessage(needs, stream, messageId);
        return true;
      } catch (error) {
        const closed = error instanceof StoreError && error.code === 'closed';
        if (closed || stop.aborted) return false;
        log.warn({ err: error, stream, messageId }, 'not routed yet, trying again');
        await clock.sleep(backOff(failures), stop);
      }
    }
  }
}

/** Milliseconds before the next try: 50 ms, doubled up to 5 s. */
const backOff = (failures: number): number => Math.min(5_000, 50 * 2 ** Math.min(failures, 10));

const phasePorts = ({ clock, microseconds, settings }: RoutingNeeds): PhasePorts => ({
  microseconds,
  limit: async (work) => {
    const done = new AbortController();
    const late = clock.sleep(settings.phaseTimeoutMs, done.signal).then(() => {
      throw new PhaseTimeout(`took longer than ${settings.phaseTimeoutMs} ms (routing.phaseTimeoutMs)`);
    });
    try {
      return await Promise.race([work, late]);
    } finally {
      done.abort();
    }
  },
});

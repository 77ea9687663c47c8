import { type Clock, isoTime, type NewId } from '../domain/clock.js';
import type { DomainEvent } from '../domain/event.js';
import { type Decider, type RouterStarted, type RouterStopped, schemaVersion } from '../domain/events.js';
import type { EventStore } from '../store/port.js';

/** Which code and configuration run, under which name. */
export type NodeFacts = Omit<RouterStarted['data'], 'startedAt'>;

export interface NodeNeeds {
  readonly store: EventStore;
  readonly facts: NodeFacts;
  readonly clock: Clock;
  readonly newId: NewId;
}

/** Where it is told which code ran when under this name. */
export const routerStream = (node: string): string => `router-${node}`;

/** A node's own stream: what ran when under its name. */
export class Node {
  readonly #stream: string;
  #run: string | undefined;

  constructor(private readonly needs: NodeNeeds) {
    this.#stream = routerStream(needs.facts.node);
  }

  /** The run before ended by a stop in order, or there was none: nothing was cut short. Ask before {@link started}. */
  async stoppedInOrder(): Promise<boolean> {
    for await (const { type } of this.needs.store.readStream(this.#stream, {
      direction: 'backwards',
      maxCount: 1,
    })) {
      return type === 'RouterStopped';
    }
    return true;
  }

  /** What decisions of this run name; undefined before it is announced. */
  get decider(): Decider | undefined {
    return this.#run === undefined ? undefined : { node: this.needs.facts.node, run: this.#run };
  }

  async started(): Promise<void> {
    const { facts, clock } = this.needs;
    const data = { ...facts, startedAt: isoTime(clock.now()) };
    this.#run = await this.#append({ type: 'RouterStarted', data } satisfies RouterStarted);
  }

  async stopped(): Promise<void> {
    const { facts, clock } = this.needs;
    const data = { node: facts.node, stoppedAt: isoTime(clock.now()) };
    await this.#append({ type: 'RouterStopped', data } satisfies RouterStopped);
  }

  /** @returns its id */
  async #append(event: DomainEvent): Promise<string> {
    const id = this.needs.newId();
    await this.needs.store.append(this.#stream, [
      { ...event, id, metadata: { $correlationId: id, schema: schemaVersion } },
    ]);
    return id;
  }
}

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Clock, isoTime, type NewId } from '../domain/clock.js';
import type { DomainEvent } from '../domain/event.js';
import { type Decider, type RouterStarted, type RouterStopped, schemaVersion } from '../domain/events.js';
import type { EventStore } from '../store/port.js';
import type { LoadedApp } from './apps.js';
import type { Config } from './config/config.js';
import { blankSecrets } from './secrets.js';

export interface NodeNeeds {
  readonly store: EventStore;
  readonly config: Config;
  readonly apps: readonly LoadedApp[];
  readonly clock: Clock;
  readonly newId: NewId;
}

const packageFile = fileURLToPath(new URL('../../../package.json', import.meta.url));
export const { version } = JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string };

/** This router's own stream: which code and configuration ran when. */
export class Node {
  readonly #stream: string;
  #run: string | undefined;

  constructor(private readonly needs: NodeNeeds) {
    this.#stream = `router-${needs.config.node}`;
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
    return this.#run === undefined ? undefined : { node: this.needs.config.node, run: this.#run };
  }

  async started(): Promise<void> {
    const { config, apps, clock } = this.needs;
    this.#run = await this.#append({
      type: 'RouterStarted',
      data: {
        version,
        node: config.node,
        nodeVersion: process.version,
        apps: apps.map(({ origin }) => origin),
        backends: Object.fromEntries(
          config.backends.map(({ name, common, own }) => [name, blankSecrets({ ...common, ...own })]),
        ),
        startedAt: isoTime(clock.now()),
      },
    } satisfies RouterStarted);
  }

  async stopped(): Promise<void> {
    const { config, clock } = this.needs;
    const data = { node: config.node, stoppedAt: isoTime(clock.now()) };
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

import { setTimeout as sleep } from 'node:timers/promises';
import type { EventLog } from './log.js';
import { Projection } from './projection.js';
import { projectionRefusals } from './projectionRefusals.js';

/** The projections that a server knows. */
export class ProjectionRegister {
  readonly #known = new Map<string, Projection>();
  /** One creation is written after the other. */
  #creating: Promise<unknown> = Promise.resolve();

  constructor(private readonly log: () => EventLog) {}

  get all(): readonly Projection[] {
    return [...this.#known.values()];
  }

  /** @param expected - the message that the call waits for */
  find(name: string | undefined, expected = 'Updated'): Projection {
    const projection = this.#known.get(name ?? '');
    if (!projection) throw projectionRefusals.received('NotFound', expected);
    return projection;
  }

  /** @param ms - how long it is being written */
  async create(name: string, query: string, emitEnabled: boolean, ms: number): Promise<void> {
    const written = this.#creating.then(() => sleep(ms));
    this.#creating = written;
    await written;
    if (this.#known.has(name)) throw projectionRefusals.received('Conflict');
    this.#known.set(name, new Projection(name, query, emitEnabled, () => this.#leftBy(name)));
  }

  delete(name: string | undefined): void {
    const projection = this.find(name);
    if (projection.isRunning || projection.isStuck) throw projectionRefusals.received('OperationFailed');
    this.#known.delete(projection.name);
    this.#leave(projection.name);
  }

  /** The list of its partitions, by which the next one of its name is told that it is another. */
  #leave(name: string): void {
    const id = crypto.randomUUID();
    const nothing = Buffer.from('');
    const partition = { id, type: '$partition', isJson: false, data: nothing, metadata: nothing };
    this.log().append(partitionsOf(name), [partition], 'any');
  }

  #leftBy(name: string): string | undefined {
    const stream = partitionsOf(name);
    return this.log().streams.of(stream).exists ? stream : undefined;
  }
}

const partitionsOf = (name: string): string => `$projections-${name}-partitions`;

import type { AnyApp } from '../../../src/apps/app.js';
import { conversationStream } from '../../../src/domain/connection.js';
import { partitionOf } from '../../../src/routing/partitioning.js';
import { openEventStoreDBStore } from '../../../src/store/eventstoredb/open.js';
import { type Running, routingOn } from '../support.js';

export const backend = 'kannel';
const partitionCount = 4;
const allPartitions = [0, 1, 2, 3];

export const streamOf = (identity: string): string => conversationStream({ backend, identity });

/** Nobody cuts their conversations: one of each partition. */
export const steady: readonly string[] = allPartitions.map((partition) => {
  for (let nth = 100; ; nth += 1)
    if (partitionOf(streamOf(`${nth}`), partitionCount) === partition) return `${nth}`;
});

export type End = 'in order' | 'killed' | 'markless';

/** Two processes that share the conversations on one server. */
export class Fleet {
  readonly #processes: Running[] = [];
  /** Which process holds each partition. */
  readonly #holders = [0, 0, 1, 1];
  readonly #marks: (string | undefined)[] = [undefined, undefined, undefined, undefined];

  constructor(
    private readonly connectionString: string,
    private readonly app: AnyApp,
  ) {}

  async start(): Promise<void> {
    for (const process of [0, 1]) await this.#begin(process);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#processes.map(({ routing }) => routing.stop()));
    await Promise.all(this.#processes.map(({ store }) => store.close()));
  }

  process(number: number): Running {
    return this.#processes[number % 2] as Running;
  }

  /** Gives a partition to the other process. */
  async move(partition: number): Promise<void> {
    const from = this.#holders[partition] ?? 0;
    this.#holders[partition] = 1 - from;
    await this.#work(from);
    await this.#agree(from);
    await this.#work(1 - from);
  }

  async restart(process: number, how: End): Promise<void> {
    const { routing, store } = this.process(process);
    if (how === 'killed') await store.close();
    const released = await routing.stop();
    if (how === 'in order' && (await this.#agree(process))) this.#keep(released);
    if (how === 'markless')
      this.#keep(new Map([...released.keys()].map((partition) => [partition, undefined])));
    await store.close();
    await this.#begin(process);
  }

  /** What processes keep of their places they keep in the store itself, which was restored. */
  forgetMarks(): void {
    this.#marks.fill(undefined);
  }

  async #begin(process: number): Promise<void> {
    const store = await openEventStoreDBStore({ connectionString: this.connectionString });
    this.#processes[process] = routingOn(store, [this.app], { lanes: 4, actors: 4 });
    await this.#work(process);
  }

  async #work(process: number): Promise<void> {
    const own = allPartitions.filter((partition) => this.#holders[partition] === process);
    const held = new Map(own.map((partition) => [partition, this.#marks[partition]] as const));
    this.#keep(await this.process(process).routing.work({ partitionCount, held }));
  }

  #keep(released: ReadonlyMap<number, string | undefined>): void {
    for (const [partition, mark] of released) this.#marks[partition] = mark;
  }

  /**
   * As processes do before one goes on where another was: a store that was restored meanwhile is found out.
   *
   * @returns false when it was: its places count no more
   */
  async #agree(process: number): Promise<boolean> {
    const { store } = this.process(process);
    const { timeline } = store;
    const agree = async () => {
      const version = (await store.agreements.read('fleet'))?.version ?? 'none';
      await store.agreements.replace('fleet', '', version);
    };
    // The first may find out that the store was restored.
    await agree().catch(agree);
    if (store.timeline === timeline) return true;
    this.forgetMarks();
    return false;
  }
}

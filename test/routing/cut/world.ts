import { setImmediate as turn } from 'node:timers/promises';
import { defineApp } from '../../../src/apps/app.js';
import { StoreError } from '../../../src/store/port.js';
import type { Backup } from '../../eventstoredb/log.js';
import { StandIn } from '../../eventstoredb/standIn.js';
import { metadataEvent, metadataStreamOf } from '../../eventstoredb/streamMetadata.js';
import { eventually } from '../../kannel/support/wait.js';
import type { Command } from './commands.js';
import { backend, Fleet, steady, streamOf } from './fleet.js';
import { type Account, Ledger } from './ledger.js';

/** A server, the processes and the phones on it, and all that can happen to them. */
export class World {
  readonly ledger: Ledger;
  readonly #fleet: Fleet;
  readonly #receiving = new Set<Promise<unknown>>();
  /** Stored for sure, in the server as it is now. */
  #stored = new Set<string>();
  /** Of the last restore: what an app was at work on. */
  #inHand: string | undefined;
  #texts = 0;
  #backup: { readonly server: Backup; readonly account: Account } | undefined;
  #entered = () => {};
  #held: Promise<void> = Promise.resolve();
  readonly #app = defineApp<number>({
    name: 'counter',
    initial: 0,
    evolve: (count) => count + 1,
    handle: async (message, { state }) => {
      if (message.text.startsWith('hold')) {
        this.#entered();
        await this.#held;
      }
      message.record({ type: 'Counted', data: {} });
      message.respond(`${message.text} ${state + 1}`);
      return true;
    },
  });

  private constructor(private readonly server: StandIn) {
    this.ledger = new Ledger(server.log);
    this.#fleet = new Fleet(server.connectionString, this.#app);
  }

  static async start(): Promise<World> {
    const world = new World(await StandIn.start());
    await world.#fleet.start();
    return world;
  }

  async close(): Promise<void> {
    await this.#fleet.stop();
    await this.server.close();
  }

  async run(command: Command): Promise<void> {
    switch (command.do) {
      case 'receive':
        for (let nth = 0; nth < command.count; nth += 1) void this.#receive(`${command.phone}`);
        return;
      case 'keep the last':
        return this.#configure(streamOf(`${command.phone}`), { $maxCount: command.maxCount });
      case 'cut': {
        const stream = streamOf(`${command.phone}`);
        const first = this.server.log.streams.of(stream).last + 1 + command.fromEnd;
        return this.#configure(stream, { $tb: Math.max(0, first) });
      }
      case 'delete':
        this.ledger.disturbed();
        this.server.log.delete(streamOf(`${command.phone}`), 'any');
        return;
      case 'delete for good':
        this.ledger.disturbed();
        this.server.log.tombstone(streamOf(`${command.phone}`), 'any');
        return;
      case 'scavenge':
        return this.server.log.scavenge();
      case 'move':
        this.#disturb();
        return this.#fleet.move(command.partition);
      case 'restart':
        this.#disturb();
        if (command.how === 'killed') this.#forgetInHand();
        return this.#fleet.restart(command.process, command.how);
      case 'go on':
        for (let nth = 0; nth < command.turns; nth += 1) await turn();
        return;
      case 'settle':
        return this.settle();
      case 'back up':
        this.#backup = { server: this.server.backup(), account: this.ledger.account() };
        return;
      case 'restore':
        return this.#restore(command.empty, command.holding);
    }
  }

  /** Until everything that is due is answered: from then on all pipelines have caught up. */
  async settle(): Promise<void> {
    const probes = await Promise.all(steady.map((identity) => this.#receive(identity)));
    await Promise.all(this.#receiving);
    const answered = (id: string | undefined) => id !== undefined && this.ledger.isAnswered(id);
    await eventually(
      'what is due',
      10_000,
      () => this.ledger.due.length === 0 && probes.every(answered),
    ).catch((error: unknown) => {
      throw new Error(`Not answered: ${this.ledger.due.join(', ') || 'a probe'}`, { cause: error });
    });
    this.ledger.calm = true;
  }

  /** What is wrong with what there is now. */
  get faults(): readonly string[] {
    const lost = [...this.#stored].filter((messageId) => !this.ledger.has(messageId));
    return [...this.ledger.faults, ...lost.map((messageId) => `lost: ${messageId}`)];
  }

  /** By either process. @returns its id, unless it could not be stored */
  #receive(identity: string, text = `t${this.#texts}`): Promise<string | undefined> {
    this.#texts += 1;
    const { intake } = this.#fleet.process(this.#texts);
    const stored = this.#stored;
    const receiving = intake
      .receive(backend, { identity, text }, 'queued')
      .then((messageId) => {
        stored.add(messageId);
        return messageId;
      })
      .catch((error: unknown) => {
        if (!isExpected(error)) this.ledger.faults.push(`not received: ${String(error)}`);
        return undefined;
      })
      .finally(() => this.#receiving.delete(receiving));
    this.#receiving.add(receiving);
    return receiving;
  }

  #configure(stream: string, change: object): void {
    const { streams } = this.server.log;
    const shown = () => streams.of(stream).events.filter((event) => streams.readable(event)).length;
    const before = shown();
    this.ledger.disturbed();
    const metadata = JSON.stringify({ ...streams.of(stream).metadata, ...change });
    this.server.log.append(metadataStreamOf(stream), [metadataEvent(metadata)], 'any');
    if (shown() > before) this.ledger.loosened.add(stream);
  }

  async #restore(empty: boolean, holding: boolean): Promise<void> {
    let release = () => {};
    const inHand = holding ? await this.#hold((released) => (release = released)) : undefined;
    const { server, account } = (!empty && this.#backup) || { server: undefined, account: nothing };
    this.#inHand = inHand;
    this.#stored = new Set(inHand === undefined ? [] : [inHand]);
    const restoring = this.server.restore(server);
    this.ledger.restored(account, this.server.log.end);
    this.#fleet.forgetMarks();
    await restoring;
    release();
  }

  /** Resolves when an app has it in hand. */
  async #hold(released: (release: () => void) => void): Promise<string | undefined> {
    const entered = new Promise<void>((resolve) => {
      this.#entered = resolve;
    });
    this.#held = new Promise<void>(released);
    const received = this.#receive(steady[0] as string, `hold${this.#texts}`);
    await entered;
    return received;
  }

  /** What only a process that is killed still knew is gone with it. */
  #forgetInHand(): void {
    if (this.#inHand !== undefined && !this.ledger.has(this.#inHand)) this.#stored.delete(this.#inHand);
  }

  #disturb(): void {
    this.ledger.calm = false;
    this.ledger.disturbed();
  }
}

const nothing: Account = { texts: new Map(), answered: new Map() };

/** Of a store that is closed, a server that is away, and a stream that was deleted for good. */
const isExpected = (error: unknown): boolean =>
  error instanceof StoreError && ['closed', 'unavailable', 'deleted'].includes(error.code);

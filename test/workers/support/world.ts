import { randomUUID } from 'node:crypto';
import { createMemoryStore } from '../../../src/store/memory/open.js';
import type { OpenStore } from '../../../src/store/port.js';
import { type Closing, closeGroup, openGroup } from '../../../src/workers/closing.js';
import type { Checkpoint } from '../../../src/workers/group.js';
import { Lease } from '../../../src/workers/lease.js';
import { Member } from '../../../src/workers/member.js';
import type { PartitionName } from '../../../src/workers/partitions.js';
import type { Processor } from '../../../src/workers/processor.js';
import { ManualClock, settled } from '../../outbound/support/manualClock.js';
import { silentLog } from '../../support/log.js';
import { Line, Tally } from './line.js';

export const [pollMs, takeoverMs] = [1_000, 10_000];
const settings = { beatMs: pollMs, takeoverMs };

/** Work that is nothing but known; what is released is idle once `rest` has resolved. */
export class NotedProcessor implements Processor {
  working: ReadonlyMap<PartitionName, Checkpoint> = new Map();
  marks = new Map<PartitionName, string>();
  /** Called before anything that is released is idle. */
  rest: () => Promise<void> = async () => {};

  async work(on: ReadonlyMap<PartitionName, Checkpoint>): Promise<ReadonlyMap<PartitionName, Checkpoint>> {
    const released = [...this.working.keys()].filter((partition) => !on.has(partition));
    const marks = new Map(released.map((partition) => [partition, this.lowWaterMark(partition)]));
    this.working = on;
    if (released.length > 0) await this.rest();
    return new Map(
      [...marks].map(([partition, mark]) => [
        partition,
        { clean: true, ...(mark === undefined ? {} : { mark }) },
      ]),
    );
  }

  lowWaterMark(partition: PartitionName): string | undefined {
    return this.marks.get(partition) ?? this.working.get(partition)?.mark;
  }
}

export interface MemberOptions {
  readonly soleOfItsName?: boolean;
  readonly takes?: readonly string[];
  readonly timeline?: () => number;
  readonly random?: () => number;
  readonly delay?: () => Promise<void>;
  readonly partitionCount?: number;
}

/** A process: its member, and what belongs to it. */
export interface Colleague {
  readonly node: string;
  readonly member: Member;
  readonly processor: NotedProcessor;
  readonly lease: Lease;
  readonly line: Line;
}

export const count = ({ processor }: Colleague): number => processor.working.size;

/** Processes on one store, and the time they share. */
export class World {
  readonly clock = new ManualClock();
  readonly warnings: object[] = [];
  readonly tally = new Tally();

  /** @param store - may be replaced by another under running processes */
  constructor(public store: OpenStore = createMemoryStore()) {}

  made(node: string, options: MemberOptions = {}): Colleague {
    const processor = new NotedProcessor();
    const { soleOfItsName = true, takes = ['routing'], timeline = () => 0 } = options;
    const { random = Math.random, partitionCount = 8 } = options;
    const line = new Line(() => this.store, this.clock, this.tally, node, options.delay);
    const lease = new Lease(settings, () => this.clock.steady());
    const member = new Member({
      agreements: line.agreements,
      heartbeats: line.heartbeats,
      clock: line.clock,
      me: { node, takes },
      settings,
      partitionCount,
      soleOfItsName,
      processors: new Map([['routing', processor]]),
      found: async () => ({ clean: true, mark: '7' }),
      timeline,
      random,
      newId: randomUUID,
      lease,
      log: { ...silentLog, warn: (fields, message) => this.warnings.push({ ...fields, message }) },
    });
    return { node, member, processor, lease, line };
  }

  async started(node: string, options: MemberOptions = {}): Promise<Colleague> {
    const colleague = this.made(node, options);
    await colleague.member.claimName();
    await colleague.member.join();
    await settled();
    return colleague;
  }

  /** Time passes in small steps, each of which waits for the store to answer. */
  async pass(ms: number): Promise<void> {
    for (let passedMs = 0; passedMs < ms; passedMs += pollMs / 4) {
      await this.clock.advance(pollMs / 4);
      await this.quiet();
    }
  }

  async quiet(): Promise<void> {
    do await settled();
    while (this.tally.underWay > 0);
  }

  closed(why = 'moving'): Promise<Closing> {
    return closeGroup(this.closingNeeds, why);
  }

  opened(): Promise<boolean> {
    return openGroup(this.closingNeeds);
  }

  get closingNeeds() {
    const { agreements, heartbeats } = this.store;
    return { agreements, heartbeats, settings, clock: this.clock, newId: randomUUID, nobodyLives: false };
  }
}

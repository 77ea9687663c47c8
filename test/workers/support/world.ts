import { randomUUID } from 'node:crypto';
import { createMemoryStore } from '../../../src/store/memory/open.js';
import type { OpenStore } from '../../../src/store/port.js';
import { type Closing, closeGroup, openGroup } from '../../../src/workers/closing.js';
import type { Duty } from '../../../src/workers/duty.js';
import type { Standing } from '../../../src/workers/group.js';
import { Lease } from '../../../src/workers/lease.js';
import { Member } from '../../../src/workers/member.js';
import type { ShareName } from '../../../src/workers/shares.js';
import { ManualClock, settled } from '../../outbound/support/manualClock.js';
import { silentLog } from '../../support/log.js';
import { Line, Tally } from './line.js';

export const [lookMs, takeoverMs] = [1_000, 10_000];
const settings = { beatMs: lookMs, takeoverMs };

/** Work that is nothing but known; what is put down is at rest once `rest` is called. */
export class NotedDuty implements Duty {
  working: ReadonlyMap<ShareName, Standing> = new Map();
  marks = new Map<ShareName, string>();
  /** Called before anything put down is at rest. */
  rest: () => Promise<void> = async () => {};

  async work(on: ReadonlyMap<ShareName, Standing>): Promise<ReadonlyMap<ShareName, Standing>> {
    const putDown = [...this.working.keys()].filter((share) => !on.has(share));
    const marks = new Map(putDown.map((share) => [share, this.mark(share)]));
    this.working = on;
    if (putDown.length > 0) await this.rest();
    return new Map(
      [...marks].map(([share, mark]) => [share, { clean: true, ...(mark === undefined ? {} : { mark }) }]),
    );
  }

  mark(share: ShareName): string | undefined {
    return this.marks.get(share) ?? this.working.get(share)?.mark;
  }
}

export interface MemberOptions {
  readonly soleOfItsName?: boolean;
  readonly takes?: readonly string[];
  readonly timeline?: () => number;
  readonly random?: () => number;
  readonly delay?: () => Promise<void>;
  readonly shares?: number;
}

/** A process: its member, and what belongs to it. */
export interface Colleague {
  readonly node: string;
  readonly member: Member;
  readonly duty: NotedDuty;
  readonly lease: Lease;
  readonly line: Line;
}

export const count = ({ duty }: Colleague): number => duty.working.size;

/** Processes on one store, and the time they share. */
export class World {
  readonly clock = new ManualClock();
  readonly warnings: object[] = [];
  readonly tally = new Tally();

  /** @param store - may be replaced by another under running processes */
  constructor(public store: OpenStore = createMemoryStore()) {}

  made(node: string, options: MemberOptions = {}): Colleague {
    const duty = new NotedDuty();
    const { soleOfItsName = true, takes = ['routing'], timeline = () => 0 } = options;
    const { random = Math.random, shares = 8 } = options;
    const line = new Line(() => this.store, this.clock, this.tally, node, options.delay);
    const lease = new Lease(settings, () => this.clock.steady());
    const member = new Member({
      agreements: line.agreements,
      heartbeats: line.heartbeats,
      clock: line.clock,
      me: { node, takes },
      settings,
      shares,
      soleOfItsName,
      duties: new Map([['routing', duty]]),
      found: async () => ({ clean: true, mark: '7' }),
      timeline,
      random,
      newId: randomUUID,
      lease,
      log: { ...silentLog, warn: (fields, message) => this.warnings.push({ ...fields, message }) },
    });
    return { node, member, duty, lease, line };
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
    for (let passedMs = 0; passedMs < ms; passedMs += lookMs / 4) {
      await this.clock.advance(lookMs / 4);
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

import type { Log } from '../domain/log.js';
import { roomOf } from './partitions.js';
import type { Planned } from './rebalance.js';
import type { MemberStatus } from './status.js';

/** Tells who holds which part of the work, each time that this has changed. */
export class AssignmentLog {
  #told = '';

  constructor(private readonly log: Log) {}

  /** @param leaving - it releases its partitions for whoever comes: that nobody takes them need not be told */
  tell({ group, plan }: Planned, { held, own }: MemberStatus, leaving: boolean): void {
    const forNobody = Object.keys(group.partitions).filter((name) => !plan.has(name));
    const waiting = leaving ? [] : [...new Set(forNobody.map(roomOf))];
    const told = JSON.stringify({ held, waiting });
    if (told === this.#told) return;
    this.#told = told;
    this.log.info({ held, own }, 'partitions of the work');
    if (waiting.length > 0)
      this.log.warn({ waiting }, 'no process does this work: messages wait until one does');
  }

  /** What is told next is told whether it has changed or not. */
  forget(): void {
    this.#told = '';
  }
}

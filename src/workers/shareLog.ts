import type { Log } from '../domain/log.js';
import type { Group } from './group.js';
import { plan } from './plan.js';
import { roomOf } from './shares.js';
import type { MemberStatus } from './status.js';

/** Tells how the work is shared, each time that this has changed. */
export class ShareLog {
  #told = '';

  constructor(private readonly log: Log) {}

  /** @param leaving - it puts its work down for whoever comes: that nobody does it need not be told */
  tell(group: Group, { held, own }: MemberStatus, leaving: boolean): void {
    const targets = plan(group);
    const forNobody = Object.keys(group.work).filter((share) => !targets.has(share));
    const waiting = leaving ? [] : [...new Set(forNobody.map(roomOf))];
    const told = JSON.stringify({ held, waiting });
    if (told === this.#told) return;
    this.#told = told;
    this.log.info({ held, own }, 'shares of the work');
    if (waiting.length > 0)
      this.log.warn({ waiting }, 'no process does this work: messages wait until one does');
  }

  /** What is told next is told whether it has changed or not. */
  forget(): void {
    this.#told = '';
  }
}

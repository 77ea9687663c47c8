import type { Clock, NewId } from '../domain/clock.js';
import type { Log } from '../domain/log.js';
import type { Checkpoints, EventStore } from '../store/port.js';
import type { Receiver } from './post.js';
import type { WebhookSettings } from './settings.js';

/** What a webhook works with. */
export interface WebhookTools {
  readonly settings: WebhookSettings;
  readonly receiver: Receiver;
  readonly store: EventStore;
  readonly checkpoints: Checkpoints;
  readonly clock: Clock;
  /** From 0 to 1, as Math.random. */
  readonly random: () => number;
  readonly newId: NewId;
  readonly log: Log;
  /** False: no call may begin, since another process may be working on the webhook by now. */
  readonly hasLease: () => boolean;
}

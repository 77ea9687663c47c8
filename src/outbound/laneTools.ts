import type { Clock, NewId } from '../domain/clock.js';
import type { Log } from '../domain/log.js';
import type { Checkpoints, EventStore } from '../store/port.js';
import type { Gateway } from './gateway.js';
import type { LaneRecord } from './laneRecord.js';
import type { OutboundListener } from './listener.js';
import type { PauseWatch } from './pauseWatch.js';
import type { Random } from './policy.js';
import type { LaneSettings } from './settings.js';
import type { UnrecordedOutcomes } from './unrecordedOutcomes.js';

/** What a lane works with. */
export interface LaneTools {
  readonly backend: string;
  readonly gateway: Gateway;
  readonly settings: LaneSettings;
  readonly store: EventStore;
  readonly checkpoints: Checkpoints;
  readonly clock: Clock;
  readonly random: Random;
  readonly newId: NewId;
  readonly log: Log;
  /** False: no attempt may begin, since another process may be working on the lane by now. */
  readonly hasLease: () => boolean;
  /** Which backends people have paused. */
  readonly pauses: PauseWatch;
  /** Of what the backend's gateway did, in all its runs in this process. */
  readonly record: LaneRecord;
  /** Outcomes of the backend's earlier runs in this process. */
  readonly unrecorded: UnrecordedOutcomes;
  readonly listener?: OutboundListener;
}

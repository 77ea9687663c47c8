/** How all of it is at the moment that it is asked. What cannot be told now is absent. */
export interface Moment {
  readonly version: string;
  readonly node: string;
  readonly nodeVersion: string;
  readonly ready: boolean;
  /** Whether the store takes what is written, and refuses nothing. */
  readonly storeWorks: boolean;
  readonly lanes: readonly LaneMoment[];
  /** That this process tells. */
  readonly webhooks: readonly WebhookMoment[];
  /** Partitions of the conversations that this process works on. */
  readonly partitions: number;
  /** Processes that share the work. */
  readonly processes: number;
  /** Since the store last took a heartbeat of this process. */
  readonly heartbeatAgeMs: number;
  readonly commits?: number;
  readonly storeBytes?: number;
  readonly projections: readonly ProjectionMoment[];
  /** Messages that wait for a person, by kind. */
  readonly deadLetters?: Readonly<Record<string, number>>;
  /** Texts that are decided and not handed over. */
  readonly textsWaiting?: number;
}

export interface LaneMoment {
  readonly backend: string;
  readonly state: string;
  readonly waiting: number;
  readonly inFlight: number;
}

export interface WebhookMoment {
  readonly name: string;
  readonly waiting: number;
  readonly failing: number;
  /** Since the event of the oldest call that waits was stored. */
  readonly lateMs: number;
}

export interface ProjectionMoment {
  readonly name: string;
  readonly phase: string;
  /** How much younger the newest event is than the last that was folded. */
  readonly lagMs: number;
}

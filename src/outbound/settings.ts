/** How one backend's lane behaves. Times in milliseconds. */
export interface LaneSettings {
  /** Attempts in flight at the same time. Default 32. */
  readonly concurrency: number;
  /** At most this many attempts a second, evenly spread. Default: no limit. */
  readonly ratePerSecond?: number;
  /** Limit of one attempt. Default 30,000. */
  readonly timeoutMs: number;
  readonly retry: RetrySettings;
  /** `hold` (default): it waits for a person. `resend`: it is tried again, perhaps a second copy. */
  readonly onUnclear: 'hold' | 'resend';
  readonly probe: ProbeSettings;
  /** Between two tries while the gateway takes nothing from us because of a setting. Default 60,000. */
  readonly holdProbeMs: number;
  /** Messages that are taken up and not final; at this many the lane reads no further. Default 1,000. */
  readonly window: number;
}

export interface RetrySettings {
  /** Attempts of one message in all, before it is abandoned. Default 8. */
  readonly maxAttempts: number;
  /** Upper bound of the first delay; it doubles with each attempt. Default 1,000. */
  readonly firstDelayMs: number;
  /** Default 600,000. */
  readonly maxDelayMs: number;
}

/** How a lane tries whether a gateway that could not be reached is back. */
export interface ProbeSettings {
  /** Before the first try; it doubles with each. Default 1,000. */
  readonly firstMs: number;
  /** Default 30,000. */
  readonly maxMs: number;
}

/** Settings as given: what is left out takes its default. */
export type LaneSettingsInput = Partial<Omit<LaneSettings, 'retry' | 'probe'>> & {
  readonly retry?: Partial<RetrySettings>;
  readonly probe?: Partial<ProbeSettings>;
};

export const defaultLaneSettings: LaneSettings = {
  concurrency: 32,
  timeoutMs: 30_000,
  retry: { maxAttempts: 8, firstDelayMs: 1_000, maxDelayMs: 600_000 },
  onUnclear: 'hold',
  probe: { firstMs: 1_000, maxMs: 30_000 },
  holdProbeMs: 60_000,
  window: 1_000,
};

export const laneSettings = (given: LaneSettingsInput = {}): LaneSettings => ({
  ...defaultLaneSettings,
  ...given,
  retry: { ...defaultLaneSettings.retry, ...given.retry },
  probe: { ...defaultLaneSettings.probe, ...given.probe },
});

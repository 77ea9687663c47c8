/** In milliseconds; docs/configuration.md says what each is for. */
export const eventStoreDBDefaults = {
  /** Below the 30 s that gateways wait, so that they hear of it and try again. */
  appendTimeoutMs: 10_000,
  readTimeoutMs: 10_000,
  connectTimeoutMs: 60_000,
} as const;

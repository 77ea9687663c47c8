/** How routing is set; every key is described in docs/configuration.md. */
export interface RoutingSettings {
  /** Messages routed side by side. A conversation always keeps its lane. */
  readonly lanes: number;
  /** Messages taken from the store and not routed yet, at most. */
  readonly inFlight: number;
  /** Conversations kept in memory, at most. */
  readonly actors: number;
  /** Limit for one call of one app, in milliseconds. */
  readonly phaseTimeoutMs: number;
  /** Texts that one message may lead to; past it the message goes to the dead letters. */
  readonly maxTexts: number;
}

export const routingDefaults: RoutingSettings = {
  lanes: 64,
  inFlight: 1_024,
  actors: 10_000,
  phaseTimeoutMs: 10_000,
  maxTexts: 100,
};

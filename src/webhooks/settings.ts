/** What a webhook can be told of; docs/webhooks.md describes the calls of each. */
export const webhookEvents = ['received', 'sent', 'outcome', 'report', 'dead-letter'] as const;
export type WebhookEvent = (typeof webhookEvents)[number];

/** One webhook as it is configured. Times in milliseconds. */
export interface WebhookSettings {
  readonly name: string;
  /** http or https. Whoever we are may stand in it. */
  readonly url: string;
  /** The same for people: without credentials and values of a query. */
  readonly shownUrl: string;
  /** Of the signatures, which are made with each: `whsec_` and base64. */
  readonly secrets: readonly string[];
  readonly events: readonly WebhookEvent[];
  /** Absent: all of them. */
  readonly backends?: readonly string[];
  /** Backends that are left out whatever else is said: those whose phones are played. */
  readonly leftOut: readonly string[];
  /** A call that is answered, and refused for so long, is put aside. */
  readonly giveUpAfterMs: number;
  /** For one attempt, connecting included. */
  readonly timeoutMs: number;
  /** Between two attempts: the first delay doubles with each, up to the longest. */
  readonly retry: { readonly firstDelayMs: number; readonly maxDelayMs: number };
  /** First attempts at the same time, and as many repeats beside them. */
  readonly concurrency: number;
  /** Conversations of which a call is being repeated, at most. */
  readonly window: number;
}

export const webhookDefaults = {
  events: ['received', 'outcome', 'report', 'dead-letter'],
  giveUpAfterMs: 24 * 60 * 60 * 1_000,
  timeoutMs: 15_000,
  retry: { firstDelayMs: 1_000, maxDelayMs: 300_000 },
  concurrency: 8,
  window: 1_000,
} as const satisfies Partial<WebhookSettings>;

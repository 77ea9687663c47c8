import type { SendErrorCode } from '../domain/events.js';
import type { LaneSettings, ProbeSettings, RetrySettings } from './settings.js';

/** What follows from an attempt that the gateway did not accept. */
export type Verdict =
  /** The gateway is away: the lane waits and probes. The message keeps its attempt, nothing is recorded. */
  | { readonly do: 'pause' }
  /** The gateway refuses us, not the text: the lane waits for a person, probing slowly. Nothing is recorded. */
  | { readonly do: 'hold' }
  /** DispatchFailed, and another attempt after `delayMs`. */
  | { readonly do: 'retry'; readonly delayMs: number }
  /** DispatchFailed and MessageAbandoned. */
  | { readonly do: 'abandon' }
  /** DispatchUnclear, and another attempt after `delayMs`: perhaps a second copy. */
  | { readonly do: 'resend'; readonly delayMs: number }
  /** DispatchUnclear, for a person to decide. */
  | { readonly do: 'leave' };

/** The attempt counts. Of a text for which the lane waits nothing is recorded, or told: the circuit breaker tells that of the lane. */
export type CountedVerdict = Exclude<Verdict, { do: 'pause' | 'hold' }>;

export type Policy = Pick<LaneSettings, 'retry' | 'onUnclear'>;

/** From 0 to 1, as Math.random. */
export type Random = () => number;

type Rule = (attempt: number, policy: Policy, random: Random) => Verdict;

const rules: Record<SendErrorCode, Rule> = {
  unreachable: () => ({ do: 'pause' }),
  misconfigured: () => ({ do: 'hold' }),
  rejected: () => ({ do: 'abandon' }),
  throttled: (attempt, { retry }, random) =>
    attempt < retry.maxAttempts
      ? { do: 'retry', delayMs: backOff(attempt, retry, random) }
      : { do: 'abandon' },
  // After the last attempt it is left, not abandoned: it may be on its way, and abandoned would deny that.
  unclear: (attempt, { retry, onUnclear }, random) =>
    onUnclear === 'resend' && attempt < retry.maxAttempts
      ? { do: 'resend', delayMs: backOff(attempt, retry, random) }
      : { do: 'leave' },
};

/**
 * The whole retry policy.
 *
 * @param attempt - the one that failed, 1 for the first
 */
export const verdictOn = (code: SendErrorCode, attempt: number, policy: Policy, random: Random): Verdict =>
  rules[code](attempt, policy, random);

/** Exponential with full jitter: many texts throttled at once come back spread out. Milliseconds. */
export const backOff = (
  attempt: number,
  { firstDelayMs, maxDelayMs }: Pick<RetrySettings, 'firstDelayMs' | 'maxDelayMs'>,
  random: Random,
): number => Math.round(random() * doubled(firstDelayMs, attempt, maxDelayMs));

/** Exponential, between half and all of it: never a probe at once. Milliseconds. */
export const probeDelay = (probe: number, { firstMs, maxMs }: ProbeSettings, random: Random): number =>
  Math.round((0.5 + random() / 2) * doubled(firstMs, probe, maxMs));

const doubled = (first: number, nth: number, max: number): number => Math.min(max, first * 2 ** (nth - 1));

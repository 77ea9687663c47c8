import type { Line } from './line.js';
import type { Refusal } from './post.js';
import type { WebhookSettings } from './settings.js';
import type { WebhookTools } from './tools.js';

type Tried = Pick<Line, 'attempts' | 'refusedSinceMs'>;

/** How long until the next attempt, in milliseconds: not beyond the time at which the call is given up. */
export const delayOf = (
  { attempts, refusedSinceMs }: Tried,
  { code, retryAfterMs = 0 }: Pick<Refusal, 'code' | 'retryAfterMs'>,
  { retry, giveUpAfterMs }: Pick<WebhookSettings, 'retry' | 'giveUpAfterMs'>,
  { random, clock }: Pick<WebhookTools, 'random' | 'clock'>,
): number => {
  const { firstDelayMs, maxDelayMs } = retry;
  const asked = Math.min(retryAfterMs, maxDelayMs);
  const delay = Math.max(asked, spread(Math.min(maxDelayMs, firstDelayMs * 2 ** (attempts - 1)), random));
  if (code === 'unreachable' || refusedSinceMs === undefined) return Math.round(delay);
  const left = refusedSinceMs + giveUpAfterMs - clock.now();
  return Math.round(left > 0 ? Math.min(delay, left) : delay);
};

/** Between half and all of it: many that failed at once come back spread out, and none at once. */
export const spread = (ms: number, random: () => number): number => (0.5 + random() / 2) * ms;

/** Whether a call was refused for so long that it is put aside. */
export const isOver = (
  { refusedSinceMs }: Pick<Line, 'refusedSinceMs'>,
  { giveUpAfterMs }: Pick<WebhookSettings, 'giveUpAfterMs'>,
  nowMs: number,
): boolean => refusedSinceMs !== undefined && nowMs - refusedSinceMs >= giveUpAfterMs;

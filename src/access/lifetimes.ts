import { isoTime } from '../domain/clock.js';

const dayMs = 24 * 60 * 60_000;
/** More is no end. */
const mostDays = 3_650;

/** Those that a page offers. */
export const lifetimes: Readonly<Record<string, string>> = {
  '1d': 'a day',
  '7d': '7 days',
  '30d': '30 days',
  '90d': '90 days',
  '365d': 'a year',
};

/** When a token ends that is made now. @param given - days, such as `90d`. Undefined for what is none, or more than ten years */
export const endOf = (given: string, nowMs: number): string | undefined => {
  const [, days] = /^(\d{1,4})d$/.exec(given.trim()) ?? [];
  const number = Number(days);
  return number >= 1 && number <= mostDays ? isoTime(nowMs + number * dayMs) : undefined;
};

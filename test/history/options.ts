import type { Connection } from '../../src/domain/connection.js';

export interface HistoryOptions {
  /** A whole number. The same seed, with the same other options, gives the same events. */
  readonly seed: number;
  /** Exactly so many; at least {@link leastEvents}. */
  readonly events: number;
  /** Texts of the longest conversation, in and out, about. Default: a twentieth of the events, at most 100,000. */
  readonly longest?: number;
  /** When the history ends, about: ms since 1970. Default: the first of October 2026. */
  readonly until?: number;
}

/** With fewer there is no room for everything once. */
export const leastEvents = 2_000;
const defaultUntil = Date.UTC(2026, 9, 1);
const day = 86_400_000;
const eventsADay = 2_740;

export const longestConnection: Connection = { backend: 'my-kannel-backend', identity: '+256772123456' };

/** @throws {RangeError} for what leaves no room for other conversations, or for everything once */
export const longestFor = ({ events, longest }: HistoryOptions): number => {
  if (!Number.isSafeInteger(events) || events < leastEvents)
    throw new RangeError(`A history has at least ${leastEvents} events: got ${events}.`);
  if (longest !== undefined && longest > events / 5)
    throw new RangeError(
      `The longest conversation of ${events} events has at most ${Math.floor(events / 5)} texts: got ${longest}.`,
    );
  return longest ?? Math.min(100_000, Math.floor(events / 20));
};

export interface Span {
  readonly begin: number;
  readonly end: number;
}

/** Ten days at least, two years at most. */
export const spanOf = ({ events, until = defaultUntil }: HistoryOptions): Span => {
  const days = Math.min(730, Math.max(10, events / eventsADay));
  // What was begun is finished within some days.
  const end = until - 7 * day;
  return { begin: end - Math.round(days) * day, end };
};

import { firstEvent, lastEvent } from '../store/ends.js';
import type { EventStore } from '../store/port.js';

/** From when to when a store reaches: ISO, UTC. Positions are opaque, so how far a reading has got is told by time. */
export interface Span {
  readonly from: string;
  readonly until: string;
}

/** Undefined for a store without events. */
export const spanOf = async (store: EventStore): Promise<Span | undefined> => {
  const from = (await firstEvent(store))?.recordedAt;
  const until = (await lastEvent(store))?.recordedAt;
  return from === undefined || until === undefined ? undefined : { from, until };
};

/** Which part of the span lies behind a reader: 0 to 1. */
export const partOf = ({ from, until }: Span, at: string | undefined): number => {
  const [first, last, here] = [from, until, at ?? from].map((time) => Date.parse(time));
  if (first === undefined || last === undefined || here === undefined || last <= first) return 1;
  return Math.min(1, Math.max(0, (here - first) / (last - first)));
};

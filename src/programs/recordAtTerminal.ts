import { userInfo } from 'node:os';
import { v7 } from 'uuid';
import { ReadingRecord } from '../audit/recorded.js';
import { isoTime } from '../domain/clock.js';
import { systemClock } from '../main/clock.js';
import type { EventStore } from '../store/port.js';

/** What is needed to record who reads the store from a terminal. */
export const terminalRecord = (store: EventStore, node: string) => ({
  needs: { store, node, newId: () => v7(), now: () => isoTime(systemClock.now()) },
  by: `${userInfo().username} at a terminal`,
});

export const recordAtTerminal = (store: EventStore, node: string): ReadingRecord => {
  const { needs, by } = terminalRecord(store, node);
  return new ReadingRecord(needs, by);
};

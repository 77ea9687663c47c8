import { userInfo } from 'node:os';
import { v7 } from 'uuid';
import { ReadingRecord } from '../audit/recorded.js';
import { isoTime } from '../domain/clock.js';
import { systemClock } from '../main/clock.js';
import type { EventStore } from '../store/port.js';

/** Where it is recorded who reads the store from a terminal. */
export const recordAtTerminal = (store: EventStore, node: string): ReadingRecord =>
  new ReadingRecord(
    { store, node, newId: () => v7(), now: () => isoTime(systemClock.now()) },
    `${userInfo().username} at a terminal`,
  );

import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import type { Clock } from '../../../src/domain/clock.js';

/** Time runs so fast here that nobody waits for it. */
export const quickClock: Clock = {
  now: () => Date.now(),
  steady: () => performance.now(),
  sleep: async (_ms, signal) => {
    for (let turn = 0; turn < 3 && !signal?.aborted; turn += 1) await setImmediate();
  },
};

export const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await setImmediate();
};

/** A folder that goes away with the test. */
export const folderOf = (t: ExecutionContext, files: Readonly<Record<string, string>> = {}): string => {
  const folder = mkdtempSync(join(tmpdir(), 'threadless-projections-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  for (const [name, source] of Object.entries(files)) writeFileSync(join(folder, name), source);
  return folder;
};

/** Counts all there is, and each type. */
export const counting = `fromAll().when({ $init: () => ({ n: 0, types: {} }),
  $any: (s, e) => { s.n += 1; s.types[e.eventType] = (s.types[e.eventType] || 0) + 1; } })`;

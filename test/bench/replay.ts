import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/main/clock.js';
import { loadConfig } from '../../src/main/config/load.js';
import { endOf } from '../../src/replay/conversations.js';
import { isDifference, type Kind } from '../../src/replay/kinds.js';
import { openFile } from '../../src/replay/openFile.js';
import { replayConversations } from '../../src/replay/replay.js';
import { openSqliteStore } from '../../src/store/sqlite/open.js';
import { writeHistory } from '../history/folder.js';
import type { Size } from './http.js';
import { scanned } from './projections.js';
import { type Row, ratioRow } from './rows.js';

/** Events of a history whose messages are run anew, against a scan of the same rows that parses them and does nothing else. */
export const replayRows = async (
  { runs, storedEvents }: Size,
  told: (line: string) => void,
): Promise<readonly Row[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'threadless-replay-'));
  try {
    await writeHistory(folder, { seed: 1, events: storedEvents });
    const [one, two]: { ours: number; theirs: number }[][] = [[], []];
    for (let run = 1; run <= runs; run += 1) {
      const theirs = await measured(storedEvents, () => scanned(join(folder, 'events.sqlite')));
      const alone = await measured(storedEvents, () => replayed(folder, 1));
      const both = await measured(storedEvents, () => replayed(folder, 2));
      const [scan, replay] = [theirs, alone].map(({ processor }) => Math.round(processor));
      const [slow, fast] = [alone, both].map(({ clock }) => Math.round(clock));
      told(`${run}: ${replay} : ${scan} events/s of the processor, ${fast} : ${slow} by the clock`);
      one?.push({ ours: alone.processor, theirs: theirs.processor });
      two?.push({ ours: both.clock, theirs: alone.clock });
    }
    const scan = { what: 'replay, one thread', baseline: 'a raw scan of the same rows with JSON.parse' };
    const alone = { what: 'replay, two threads', baseline: 'one thread' };
    return [
      ratioRow({ ...scan, target: { atLeast: 0.6 }, measuredIn: 'events/s of processor' }, one ?? []),
      ratioRow({ ...alone, target: { atLeast: 1.6 }, measuredIn: 'events/s' }, two ?? []),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/**
 * Events a second, those that no app is told of as well. By the clock for what threads gain; by the time of the processor, that
 * of all threads of the process, for what one core can do: others may share it, and helpers of the engine run on the next one.
 */
const measured = async (
  events: number,
  work: () => Promise<unknown>,
): Promise<{ readonly clock: number; readonly processor: number }> => {
  const [begun, used] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(used);
  return {
    clock: (events / (performance.now() - begun)) * 1_000,
    processor: (events / (user + system)) * 1_000_000,
  };
};

const replayed = async (folder: string, threads: number): Promise<void> => {
  const path = join(folder, 'events.sqlite');
  const config = loadConfig({ env: { THREADLESS_CONFIG: join(folder, 'config.yaml') } });
  const store = await openSqliteStore({ path });
  const end = (await endOf(store)) ?? '';
  const file = await openFile(path, end);
  await replayConversations({
    store,
    clock: systemClock,
    settings: {
      apps: config.apps,
      defaultResponse: config.defaultResponse,
      phaseTimeoutMs: config.routing.phaseTimeoutMs,
      maxTexts: config.routing.maxTexts,
      backends: config.backends.map(({ name }) => name),
      played: [],
      allowed: [],
      fromHere: false,
      claims: false,
      file: path,
      end,
    },
    conversations: file.names('conversation').map((stream) => ({ stream, told: 0 })),
    threads,
    noted: () => undefined,
    took: (_nth, { counts }) => {
      const differing = Object.keys(counts).filter((kind) => isDifference(kind as Kind));
      if (differing.length > 0) throw new Error(`What is the same differs: ${differing.join(', ')}.`);
    },
  });
  file.close();
  await store.close();
};

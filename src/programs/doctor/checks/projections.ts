import { resolve } from 'node:path';
import { foldersOf } from '../../../main/config/projectionFolders.js';
import { statesLock, statesPath } from '../../../projections/dataFolder.js';
import { type ProjectionStatus, StatesFile } from '../../../projections/statesFile.js';
import { isLocked } from '../../../store/sqlite/lock.js';
import type { Check } from '../examine.js';
import { lastEvent } from '../facts/ends.js';
import { kindAt, obstacleTo } from '../facts/paths.js';
import { type Behind, behindIn } from '../facts/projectionPlaces.js';
import { lastingWriter, named } from '../facts/writers.js';
import { broken, type Finding, look, well } from '../finding.js';
import type { Installation } from '../installation.js';
import { hindrance } from '../rights.js';
import { lasting, listed, messageOf } from '../words.js';

/** How far those that run here have got. */
export const ownProjections: Check = {
  about: 'projections.state',
  examine: async (installation) => {
    const { config } = installation;
    if (config.eventStore.engine === 'memory') return [];
    if (!config.projections.run)
      return [well('projections.state', 'They are switched off here (projections.run: false).')];
    const path = statesPath(config.data);
    const kind = kindAt(path);
    const found = hindrance(installation.machine, path, 'read');
    if (found !== undefined)
      return [
        broken(
          'projections.state',
          `The states of the projections cannot be looked at: ${found.path} ${found.says}.`,
          found.advice,
        ),
      ];
    if (kind === 'folder') return [isFolder(path)];
    // A folder that cannot be is told of as that.
    if (obstacleTo(resolve(config.data)) !== undefined) return [];
    if (kind === 'none')
      return [
        well('projections.state', 'None has run here yet; the first start builds them from the events.'),
      ];
    const states = await openStates(path);
    if (!(states instanceof StatesFile)) return [states];
    try {
      const isRunning = await isLocked(statesLock(config.data));
      const lag = await lagsOf(installation, states.statuses());
      const behind = await standing(installation, states, isRunning);
      return [
        ...(isRunning ? [] : await ownerless(installation)),
        ...states
          .statuses()
          .map(({ fault = '', ...status }) =>
            oneStatus(
              { ...status, fault: installation.quote(fault) },
              { lagMs: lag.get(status.name) ?? 0, isRunning, since: behind.get(status.name) },
            ),
          ),
        ...(isRunning && behind.size > 0 ? await held(path, installation) : []),
        ...(await otherStore(installation, states)),
      ];
    } finally {
      states.close();
    }
  },
};

const isFolder = (path: string): Finding =>
  broken(
    'projections.state',
    `${path} is a folder, and should be the file of the states of the projections.`,
    'A router works, and its projections do not. See what is in it, and move it away: their process starts again within seconds and makes the file anew from the events.',
  );

const openStates = async (path: string): Promise<StatesFile | Finding> => {
  try {
    return await StatesFile.openReadOnly(path);
  } catch (error) {
    return broken(
      'projections.state',
      `The states of the projections cannot be read: ${messageOf(error)}`,
      `They are made of the events, and nothing is lost with them: stop the router, delete ${path} with its -wal and -shm, and start the router again: it builds them anew.`,
    );
  }
};

const ownerless = async (installation: Installation): Promise<readonly Finding[]> => {
  const alive = (await installation.processes())?.alive.size ?? 0;
  return alive === 0
    ? []
    : [
        look(
          'projections.run',
          'A router runs, and nothing runs the projections of this data folder.',
          'Lists, counts and searches stand still. Their process ended and starts again within seconds, or all routers were started with projections.run: false: look into the log.',
        ),
      ];
};

/** How much older the last event that each has seen is than the last that it could have, in milliseconds. */
const lagsOf = async (
  installation: Installation,
  statuses: readonly ProjectionStatus[],
): Promise<ReadonlyMap<string, number>> => {
  const store = await installation.store();
  const newest = store && (await lastEvent(store));
  if (newest === undefined) return new Map();
  const until = Date.parse(newest.recordedAt);
  return new Map(statuses.map(({ name, at }) => [name, at === undefined ? 0 : until - Date.parse(at)]));
};

/** What is being folded is kept sooner. */
const settlingMs = 2_000;

/** Since when there are events that a projection has not folded, and does not get on to, by its name. */
const standing = async (
  installation: Installation,
  states: StatesFile,
  isRunning: boolean,
): Promise<ReadonlyMap<string, string>> => {
  const store = await installation.store();
  if (store === undefined) return new Map();
  const behind = await behindIn(store, states, foldersOf(installation.config));
  if (!isRunning || behind.size === 0) return sinceOf(behind);
  await installation.clock.sleep(settlingMs);
  return sinceOf([...behind].filter(([name, { position }]) => states.mark(name)?.position === position));
};

const sinceOf = (behind: Iterable<readonly [string, Behind]>): ReadonlyMap<string, string> =>
  new Map([...behind].map(([name, { since }]) => [name, since]));

interface Standing {
  readonly lagMs: number;
  /** A process runs the projections. */
  readonly isRunning: boolean;
  /** When the first event was stored that it has not folded, though it could have: ISO, UTC. */
  readonly since: string | undefined;
}

const oneStatus = (
  { name, phase, fault = '', events, at }: ProjectionStatus,
  { lagMs, isRunning, since }: Standing,
): Finding => {
  const about = 'projections.state';
  const far = `${events.toLocaleString('en')} events${at === undefined ? '' : `, to ${at}`}`;
  if (phase === 'refused' || phase === 'stopped')
    return broken(
      about,
      `${name} is ${phase}, ${far}: ${fault}`,
      'The others go on; what reads this one is out of date. Mend its file: it is rebuilt at once by a running router. Without a change it is tried again at the next start, or by: threadless projections rebuild.',
    );
  if (since !== undefined && isRunning)
    return broken(
      about,
      `${name} does not get on: ${far}, and events since ${since} wait for it.`,
      'What reads it is out of date; texts are answered all the same. Its states cannot be kept, or the store not be read: the findings of the data folder may say why, and the log of the router does ("projection waits"). It goes on by itself.',
    );
  if (phase === 'catching-up')
    return lagMs > 60_000
      ? look(
          about,
          `${name} catches up and is ${lasting(lagMs)} behind: ${far}.`,
          'A large store takes some minutes; with no router running it stands still. threadless projections status shows how it goes on.',
        )
      : well(about, `${name} catches up: ${far}.`);
  return since === undefined
    ? well(about, `${name} is up to date: ${far}.`)
    : well(about, `${name} stands at ${far}; a router that starts takes up what came since.`);
};

/** Who keeps their process from writing. */
const held = async (path: string, { config, clock }: Installation): Promise<readonly Finding[]> => {
  const writer = await lastingWriter(path, config.data, clock);
  if (writer === undefined) return [];
  return [
    broken(
      'projections.writable',
      `${named(writer)} holds the lock of the states of the projections ${path}: nobody else can write to it.`,
      `Lists, counts and searches stand still meanwhile. An open transaction holds it. End it there (in sqlite3: ROLLBACK; or .quit), or: kill ${writer.pid}`,
    ),
  ];
};

/** The event that was folded last is not in this store. */
const otherStore = async (installation: Installation, states: StatesFile): Promise<readonly Finding[]> => {
  const store = await installation.store();
  if (store === undefined) return [];
  const lost: string[] = [];
  for (const { name } of states.statuses()) {
    const last = states.mark(name)?.last;
    if (last === undefined) continue;
    const found: string[] = [];
    const from = store.isPosition(last.position) ? last.position : undefined;
    if (from !== undefined) for await (const { id } of store.readAll({ from, maxCount: 1 })) found.push(id);
    if (!found.includes(last.id)) lost.push(name);
  }
  if (lost.length === 0) return [];
  return [
    look(
      'projections.store',
      `${listed(lost)} ${lost.length === 1 ? 'was' : 'were'} made of another store than this one, or of what it held before it was restored.`,
      'The next start builds them anew by itself. If the store was not restored on purpose, look at whether THREADLESS_DATA is the right folder.',
    ),
  ];
};

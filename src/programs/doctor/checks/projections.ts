import { resolve } from 'node:path';
import { statesLock, statesPath } from '../../../projections/dataFolder.js';
import { type ProjectionStatus, StatesFile } from '../../../projections/statesFile.js';
import { lastEvent } from '../../../store/ends.js';
import { StoreError } from '../../../store/port.js';
import { isDamage, reasonOf } from '../../../store/sqlite/errors.js';
import { isLocked } from '../../../store/sqlite/lock.js';
import type { Check } from '../examine.js';
import { kindAt, obstacleTo } from '../facts/paths.js';
import { type Behind, behindIn } from '../facts/projectionPlaces.js';
import { readableProjections } from '../facts/readableProjections.js';
import { howToEnd, lastingWriter, named, type Writer } from '../facts/writers.js';
import { broken, type Finding, look, well } from '../finding.js';
import type { Installation } from '../installation.js';
import { hindrance } from '../rights.js';
import { listed, messageOf } from '../words.js';
import { oneStatus } from './oneProjection.js';

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
    const states = await openStates(path, installation);
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

const openStates = async (path: string, installation: Installation): Promise<StatesFile | Finding> => {
  try {
    return await StatesFile.openReadOnly(path);
  } catch (error) {
    const reason = reasonOf(error);
    if (reason === 'locked') return closed(path, installation);
    if (error instanceof StoreError && error.code === 'unsupported' && reason === undefined)
      return well(
        'projections.state',
        'The file of the states is empty, or of another version of the router; the next start makes them anew from the events.',
      );
    if (isDamage(error) || reason !== 'foreign')
      return broken(
        'projections.state',
        `The states of the projections cannot be read: ${messageOf(error)}`,
        'They are made of the events, and nothing is lost with them: a router puts the damaged file aside and makes it anew, at its start at the latest. If that comes again, look at the disk (dmesg, smartctl).',
      );
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
  const behind = await behindIn(store, states, readableProjections(installation.config));
  if (!isRunning || behind.size === 0) return sinceOf(behind);
  await installation.clock.sleep(settlingMs);
  return sinceOf([...behind].filter(([name, { position }]) => states.mark(name)?.position === position));
};

const sinceOf = (behind: Iterable<readonly [string, Behind]>): ReadonlyMap<string, string> =>
  new Map([...behind].map(([name, { since }]) => [name, since]));

/** Who keeps their process from writing. */
const held = async (path: string, { config, clock }: Installation): Promise<readonly Finding[]> => {
  const writer = await lastingWriter(path, config.data, clock);
  return writer === undefined ? [] : [lockedBy(writer, path)];
};

/** The file lets nobody read. */
const closed = async (path: string, { config, clock }: Installation): Promise<Finding> =>
  lockedBy(await lastingWriter(path, config.data, clock), path);

const lockedBy = (writer: Writer | undefined, path: string): Finding =>
  broken(
    'projections.writable',
    `${named(writer)} holds the lock of the states of the projections ${path}: nobody else can write to it.`,
    `Lists, counts and searches stand still meanwhile. An open transaction holds it, or a program that has the file for itself. End it there (in sqlite3: ROLLBACK; or .quit)${howToEnd(writer)}`,
  );

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

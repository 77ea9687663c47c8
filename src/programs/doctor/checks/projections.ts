import { resolve } from 'node:path';
import { foldersOf } from '../../../main/config/projectionFolders.js';
import { statesLock, statesPath } from '../../../projections/dataFolder.js';
import { faultsIn } from '../../../projections/faultsIn.js';
import { type ProjectionFile, readProjections } from '../../../projections/files.js';
import { type ProjectionStatus, StatesFile } from '../../../projections/statesFile.js';
import { isLocked } from '../../../store/sqlite/lock.js';
import type { Check } from '../examine.js';
import { lastEvent } from '../facts/ends.js';
import { kindAt, obstacleTo } from '../facts/paths.js';
import { broken, type Finding, look, well } from '../finding.js';
import type { Installation } from '../installation.js';
import { hindrance } from '../rights.js';
import { lasting, listed, messageOf } from '../words.js';

/** The files of projections: those that come with the router, and one's own. */
export const projectionFiles: Check = {
  about: 'projections.files',
  examine: async (installation) => {
    const { config } = installation;
    let files: readonly ProjectionFile[];
    try {
      files = readProjections(foldersOf(config));
    } catch (error) {
      return [
        broken(
          'projections.files',
          `The folder of projections cannot be read: ${installation.quote(error)}`,
          'No router starts so. Mend projections.folder: a path that begins with a dot is seen from the file that names it.',
        ),
      ];
    }
    const faults = files.flatMap((file) => faultsIn(file));
    if (faults.length === 0)
      return [well('projections.files', `${listed(files.map(({ name }) => name))}: nothing hinders them.`)];
    return faults.map(({ message }) =>
      broken(
        'projections.files',
        `A projection is refused: ${installation.quote(message)}`,
        'The others run; what reads this one finds nothing. Mend the file: a running router takes it up within seconds (docs/projections.md).',
      ),
    );
  },
};

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
      const statuses = states.statuses();
      const [running, lag] = [await isRunning(installation), await lagsOf(installation, statuses)];
      return [
        ...running,
        ...statuses.map((status) =>
          oneStatus({ ...status, fault: installation.quote(status.fault ?? '') }, lag.get(status.name) ?? 0),
        ),
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
    'See what is in it, and move it away: a router that starts makes the file anew from the events.',
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

const isRunning = async (installation: Installation): Promise<readonly Finding[]> => {
  if (await isLocked(statesLock(installation.config.data))) return [];
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

const oneStatus = ({ name, phase, fault = '', events, at }: ProjectionStatus, lagMs: number): Finding => {
  const about = 'projections.state';
  const far = `${events.toLocaleString('en')} events${at === undefined ? '' : `, to ${at}`}`;
  switch (phase) {
    case 'live':
      return well(about, `${name} is up to date: ${far}.`);
    case 'catching-up':
      return lagMs > 60_000
        ? look(
            about,
            `${name} catches up and is ${lasting(lagMs)} behind: ${far}.`,
            'A large store takes some minutes; with no router running it stands still. threadless projections status shows how it goes on.',
          )
        : well(about, `${name} catches up: ${far}.`);
    default:
      return broken(
        about,
        `${name} is ${phase}, ${far}: ${fault}`,
        'The others go on; what reads this one is out of date. Mend its file: it is rebuilt at once by a running router. Without a change it is tried again at the next start, or by: threadless projections rebuild.',
      );
  }
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

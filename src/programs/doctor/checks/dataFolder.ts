import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Check } from '../examine.js';
import type { Machine } from '../facts/machine.js';
import { broken, type Finding, look, well } from '../finding.js';
import { bytes } from '../words.js';

/** Files in the folder that routers write to, if they are there. */
const writtenTo = [
  'events.sqlite',
  'events.sqlite-wal',
  'events.sqlite-shm',
  'projections.sqlite',
  'nodes',
  'projections.lock',
];

export const rights: Check = {
  about: 'folder.rights',
  examine: async ({ config, machine }) => {
    if (config.eventStore.engine === 'memory') return [];
    const data = resolve(config.data);
    const there = nearest(data);
    if (!statSync(there).isDirectory())
      return [
        broken(
          'folder.rights',
          `The data folder ${data} cannot be: ${there} is a file.`,
          'Name another folder: THREADLESS_DATA, or `data` in the configuration.',
        ),
      ];
    const why = machine.whyNot(there, 'write');
    if (why !== undefined) return [unwritable(data, there, why, machine.user)];
    if (there !== data)
      return [well('folder.rights', `The data folder ${data} is not there yet; the first start makes it.`)];
    const files = writtenTo.map((name) => join(data, name)).filter((file) => existsSync(file));
    const closed = files.flatMap((file) => {
      const why = machine.whyNot(file, 'write');
      return why === undefined ? [] : [unwritable(data, file, why, machine.user)];
    });
    return closed.length > 0 ? closed : [well('folder.rights', `The data folder ${data} can be written to.`)];
  },
};

/** The folder, or of those above it the first that is there. */
const nearest = (path: string): string => (existsSync(path) ? path : nearest(dirname(path)));

const unwritable = (data: string, path: string, why: string, user: string): Finding => {
  const what = path === data ? `The data folder ${data}` : `${path}, which the data folder ${data} needs,`;
  return why === 'EROFS'
    ? broken(
        'folder.rights',
        `${what} is on a disk that is read-only (${why}).`,
        'No event can be stored, and gateways are answered 503. A disk that failed is often set so by the system: look into its log (dmesg), then mount it for writing, or set THREADLESS_DATA to another folder.',
      )
    : broken(
        'folder.rights',
        `${what} may not be written to by ${user} (${why}).`,
        data.startsWith(`${path}/`)
          ? `The folder cannot be made. Make it for the user of the router: sudo install -d -o ${user} ${data}`
          : `No event can be stored. Run this and the router as the user whose it is, or give it to this one: sudo chown -R ${user} ${data}`,
      );
};

/** Below it something fails soon; below the second a day's texts may not fit. */
const [leastBytes, fewBytes] = [64 * 1024 ** 2, 1024 ** 3];
const leastFiles = 10;

export const space: Check = {
  about: 'folder.space',
  examine: async ({ config, machine }) =>
    config.eventStore.engine === 'memory' ? [] : [spaceIn(machine, nearest(resolve(config.data)))],
};

const spaceIn = (machine: Machine, folder: string): Finding => {
  const { freeBytes, freeFiles } = machine.space(folder);
  const free = `The disk of ${folder} has ${bytes(freeBytes)} left`;
  const advice =
    'When it is full no event can be stored: gateways are answered 503 and keep their messages, answers wait. Free some, or move the data folder to a larger disk (docs/moving.md).';
  if (freeFiles < leastFiles)
    return broken('folder.space', `${free}, and room for ${freeFiles} files.`, advice);
  if (freeBytes < leastBytes) return broken('folder.space', `${free}: it is full, or will be soon.`, advice);
  if (freeBytes < fewBytes) return look('folder.space', `${free}.`, advice);
  return well('folder.space', `${free}.`);
};

/** The others of the router's files tell that there was a store. */
export const moved: Check = {
  about: 'folder.store',
  examine: async (installation) => {
    const opened = await installation.opened();
    if (opened.kind !== 'none' || opened.isEmpty) return [];
    const { data } = installation.config;
    const left = ['secret', 'projections.sqlite', 'nodes'].filter((name) => existsSync(join(data, name)));
    const path = resolve(opened.path);
    if (left.length > 0)
      return [
        broken(
          'folder.store',
          `There is no store at ${path}, though a router has run in this folder (${left.join(', ')}).`,
          'It was moved or deleted. A router that starts now begins with no history: repeated messages are answered again, and what waited is not delivered. Bring events.sqlite back from where it is, or from the backup (docs/deployment.md, "Backup and restore").',
        ),
      ];
    return [
      look(
        'folder.store',
        `There is no store yet at ${path}.`,
        'The first start makes it: npm start. If a router has run before, its store is elsewhere: give this command the THREADLESS_DATA and THREADLESS_CONFIG of the router, and start it in the same folder.',
      ),
    ];
  },
};

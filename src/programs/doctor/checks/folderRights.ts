import { readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { command } from '../command.js';
import type { Check } from '../examine.js';
import type { Machine, Use } from '../facts/machine.js';
import { kindAt, nearest, obstacleTo } from '../facts/paths.js';
import { broken, type Finding, well } from '../finding.js';
import { type Hindrance, hindrance } from '../rights.js';

/** Files that routers write to in the folder, if they are there. The secret is looked at by itself. */
const files = [
  'events.sqlite',
  'events.sqlite-wal',
  'events.sqlite-shm',
  'projections.sqlite',
  'projections.sqlite-wal',
  'projections.sqlite-shm',
  'projections.lock',
  'router.lock',
];

export const rights: Check = {
  about: 'folder.rights',
  examine: async ({ config, machine }) => {
    if (config.eventStore.engine === 'memory') return [];
    const data = resolve(config.data);
    const obstacle = obstacleTo(data);
    if (obstacle !== undefined)
      return [
        broken(
          'folder.rights',
          `The data folder ${data} cannot be: ${obstacle}.`,
          'No router starts so. Name another folder (THREADLESS_DATA, or `data` in the configuration), or mend what is there: a link to a disk that is not mounted leads there again when it is.',
        ),
      ];
    const there = nearest(data);
    const closed =
      kindAt(data) === 'unseen'
        ? hindrance(machine, data, 'enter')
        : (hindrance(machine, there, 'write') ?? hindrance(machine, there, 'enter'));
    if (closed !== undefined) return [unusable(data, closed, machine)];
    if (there !== data)
      return [well('folder.rights', `The data folder ${data} is not there yet; the first start makes it.`)];
    const wrongIn = (names: readonly string[], kind: 'file' | 'folder') =>
      names.flatMap((name) => wrongPart(data, join(data, name), kind, machine));
    const folders = wrongIn(['nodes'], 'folder');
    const locks = folders.length === 0 ? namesIn(join(data, 'nodes')) : [];
    const wrong = [...wrongIn([...files, ...locks], 'file'), ...folders];
    return wrong.length > 0 ? wrong : [well('folder.rights', `The data folder ${data} can be written to.`)];
  },
};

/** The locks of names, as seen from the data folder. */
const namesIn = (nodes: string): readonly string[] =>
  kindAt(nodes) === 'none' ? [] : readdirSync(nodes).map((name) => join('nodes', name));

const wrongPart = (
  data: string,
  path: string,
  wanted: 'file' | 'folder',
  machine: Machine,
): readonly Finding[] => {
  const kind = kindAt(path);
  const obstacle = wanted === 'folder' && kind === 'none' ? obstacleTo(path) : undefined;
  if (obstacle !== undefined)
    return [broken('folder.rights', `There is no folder ${path}: ${obstacle}.`, removeIt)];
  if (kind === 'none') return [];
  if ((kind === 'file' || kind === 'folder') && kind !== wanted)
    return [
      broken(
        'folder.rights',
        `${path} is a ${kind}, and should be a ${wanted}.`,
        `${withoutIt(path).start} See what is in it, and move it out of ${data}; if a backup has the right one, put that there.`,
      ),
    ];
  const uses: readonly Use[] = wanted === 'folder' ? ['write', 'enter', 'read'] : ['write', 'read'];
  const [found] = uses.flatMap((use) => hindrance(machine, path, use) ?? []);
  return found === undefined ? [] : [unusable(data, found, machine)];
};

/** What a router does when it cannot use a file or a folder of its own. */
const withoutIt = (path: string): { readonly start: string; readonly run: string } => {
  const onlyProjections =
    'A router works without it, but for its projections: lists, counts and searches stand still.';
  return basename(path).startsWith('projections.')
    ? { start: onlyProjections, run: onlyProjections }
    : { start: 'No router starts so.', run: 'No event can be stored.' };
};

const removeIt =
  'No router starts so. Mend the link, or remove it while no router runs: the next start makes the folder.';

const unusable = (data: string, { path, why, says, advice }: Hindrance, { user }: Machine): Finding => {
  const what = path === data ? `The data folder ${data}` : `${path}, which the data folder ${data} needs,`;
  if (why === 'EROFS')
    return broken(
      'folder.rights',
      `${what} is on a disk that is read-only (${why}).`,
      'No event can be stored, and gateways are answered 503. A disk that failed is often set so by the system: look into its log (dmesg), then mount it for writing, or set THREADLESS_DATA to another folder.',
    );
  return broken(
    'folder.rights',
    `${what} ${says}.`,
    kindAt(data) === 'none'
      ? `The folder cannot be made. Make it for the user of the router: ${command('sudo', 'install', '-d', '-o', user, data)}`
      : `${withoutIt(path).run} ${advice}`,
  );
};

import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Check } from '../examine.js';
import type { Machine, Use } from '../facts/machine.js';
import { kindAt, nearest } from '../facts/paths.js';
import { broken, type Finding, well } from '../finding.js';
import { type Hindrance, hindrance } from '../rights.js';

/** What routers write to in the folder, if it is there. The secret is looked at by itself. */
const writtenTo: Readonly<Record<string, 'file' | 'folder'>> = {
  'events.sqlite': 'file',
  'events.sqlite-wal': 'file',
  'events.sqlite-shm': 'file',
  'projections.sqlite': 'file',
  'projections.sqlite-wal': 'file',
  'projections.sqlite-shm': 'file',
  'projections.lock': 'file',
  'router.lock': 'file',
  nodes: 'folder',
};

export const rights: Check = {
  about: 'folder.rights',
  examine: async ({ config, machine }) => {
    if (config.eventStore.engine === 'memory') return [];
    const data = resolve(config.data);
    const there = nearest(data);
    if (kindAt(there) !== 'folder')
      return [
        broken(
          'folder.rights',
          `The data folder ${data} cannot be: ${there} is a file.`,
          'Name another folder: THREADLESS_DATA, or `data` in the configuration.',
        ),
      ];
    const closed =
      kindAt(data) === 'unseen'
        ? hindrance(machine, data, 'enter')
        : (hindrance(machine, there, 'write') ?? hindrance(machine, there, 'enter'));
    if (closed !== undefined) return [unusable(data, closed, machine)];
    if (there !== data)
      return [well('folder.rights', `The data folder ${data} is not there yet; the first start makes it.`)];
    const locks = kindAt(join(data, 'nodes')) === 'folder' ? locksIn(join(data, 'nodes')) : [];
    const wrong = [...Object.entries(writtenTo), ...locks].flatMap(([name, kind]) =>
      wrongPart(data, join(data, name), kind, machine),
    );
    return wrong.length > 0 ? wrong : [well('folder.rights', `The data folder ${data} can be written to.`)];
  },
};

const locksIn = (folder: string): readonly (readonly [string, 'file'])[] => {
  try {
    return readdirSync(folder).map((name) => [join('nodes', name), 'file'] as const);
  } catch {
    // Who may not read it is told so of the folder.
    return [];
  }
};

const wrongPart = (
  data: string,
  path: string,
  wanted: 'file' | 'folder',
  machine: Machine,
): readonly Finding[] => {
  const kind = kindAt(path);
  if (kind === 'none') return [];
  if ((kind === 'file' || kind === 'folder') && kind !== wanted)
    return [
      broken(
        'folder.rights',
        `${path} is a ${kind}, and should be a ${wanted}.`,
        `No router starts so. See what is in it, and move it out of ${data}; if a backup has the right one, put that there.`,
      ),
    ];
  const uses: readonly Use[] = wanted === 'folder' ? ['read', 'write', 'enter'] : ['read', 'write'];
  const [found] = uses.flatMap((use) => hindrance(machine, path, use) ?? []);
  return found === undefined ? [] : [unusable(data, found, machine)];
};

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
      ? `The folder cannot be made. Make it for the user of the router: sudo install -d -o ${user} ${data}`
      : `No event can be stored. ${advice}`,
  );
};

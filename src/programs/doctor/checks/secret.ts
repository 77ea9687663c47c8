import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { leastSecret, lengthOfSecret } from '../../../main/config/secretLength.js';
import { secretFile } from '../../../main/signingSecret.js';
import { lastEvent } from '../../../store/ends.js';
import type { OpenStore } from '../../../store/port.js';
import { command } from '../command.js';
import type { Check } from '../examine.js';
import { kindAt, obstacleTo } from '../facts/paths.js';
import { broken, type Finding, look, well } from '../finding.js';
import type { Installation } from '../installation.js';
import { type Hindrance, hindrance } from '../rights.js';

/** What signs the addresses of delivery reports. */
export const secret: Check = {
  about: 'folder.secret',
  examine: async (installation) => {
    const { config } = installation;
    if (config.secret !== undefined)
      return [well('folder.secret', 'The secret is set in the configuration.')];
    // A folder that cannot be is told of as that.
    if (config.eventStore.engine === 'memory' || obstacleTo(resolve(config.data)) !== undefined) return [];
    const file = resolve(secretFile(config));
    const found = hindrance(installation.machine, file, 'read');
    if (found !== undefined) return [unreadable(file, found)];
    const there = kindAt(file);
    if (there === 'folder') return [isFolder(file)];
    if (there !== 'none') return [inFile(file, installation)];
    const { kind } = await installation.opened();
    if (kind === 'away' || kind === 'unknown') return [];
    const store = await installation.store();
    if (store === undefined || !(await hasHandedOver(store)))
      return [
        well(
          'folder.secret',
          'There is no secret yet, and no text was handed over whose report it would have signed; the first start makes one.',
        ),
      ];
    return [
      look(
        'folder.secret',
        `There is no secret at ${file}, and texts were handed over whose reports it signed.`,
        'The next start makes another one. Delivery reports on texts that were sent before are refused then, and Kannel repeats them. If you have the old file (a backup, another machine), put it there first; or set `secret` in the configuration.',
      ),
    ];
  },
};

const hasHandedOver = async (store: Pick<OpenStore, 'readAll'>): Promise<boolean> =>
  (await lastEvent(store, { types: ['MessageDispatched', 'DispatchUnclear'] })) !== undefined;

const unreadable = (file: string, { path, says, advice }: Hindrance): Finding =>
  broken(
    'folder.secret',
    `The secret at ${file} cannot be read: ${path === file ? 'it' : path} ${says}.`,
    `No router starts without it. ${advice}`,
  );

const isFolder = (file: string): Finding =>
  broken(
    'folder.secret',
    `${file} is a folder, and should be the file with the secret.`,
    'No router starts so. Move it away, and put the file back from the backup; without one the next start makes another: reports on texts that were sent before are refused then.',
  );

const inFile = (file: string, { config }: Installation): Finding => {
  const length = lengthOfSecret(readFileSync(file, 'utf8'));
  if (length === 0)
    return broken(
      'folder.secret',
      `The secret at ${file} is empty.`,
      'No router starts with it. Put the file back from the backup; without one delete it while no router runs, and the next start makes another: reports on texts that were sent before are refused then.',
    );
  if (length < leastSecret)
    return broken(
      'folder.secret',
      `The secret at ${file} has ${length} characters: it can be guessed, or the file was cut off.`,
      `No router starts with it. Put the file back from the backup, or set \`secret\` in the configuration to at least ${leastSecret} characters.`,
    );
  if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0)
    return look(
      'folder.secret',
      `The secret at ${file} can be read by others on this machine.`,
      `Who reads it can forge delivery reports: ${command('chmod', '600', file)}`,
    );
  if (config.eventStore.engine === 'eventstoredb')
    return well(
      'folder.secret',
      'The secret is in the data folder. With several machines, set the same `secret` for all.',
    );
  return well('folder.secret', "The secret is there, and is nobody else's to read.");
};

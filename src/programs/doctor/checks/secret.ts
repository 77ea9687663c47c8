import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { leastSecret } from '../../../main/config/schema.js';
import type { Check } from '../examine.js';
import { broken, type Finding, look, well } from '../finding.js';
import type { Installation } from '../installation.js';
import { messageOf } from '../words.js';

/** What signs the addresses of delivery reports. */
export const secret: Check = {
  about: 'folder.secret',
  examine: async (installation) => {
    const { config } = installation;
    if (config.secret !== undefined)
      return [well('folder.secret', 'The secret is set in the configuration.')];
    if (config.eventStore.engine === 'memory') return [];
    const file = resolve(join(config.data, 'secret'));
    if (existsSync(file)) return [inFile(file, installation)];
    const { kind } = await installation.opened();
    if (kind === 'away' || kind === 'unknown') return [];
    if (kind !== 'file' && kind !== 'server')
      return [well('folder.secret', 'There is no secret yet; the first start makes one.')];
    return [
      look(
        'folder.secret',
        `There is no secret at ${file}, and the store has events.`,
        'The next start makes another one. Delivery reports on texts that were sent before are refused then, and Kannel repeats them. If you have the old file (a backup, another machine), put it there first; or set `secret` in the configuration.',
      ),
    ];
  },
};

const inFile = (file: string, { config, machine }: Installation): Finding => {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    return broken(
      'folder.secret',
      `The secret cannot be read: ${messageOf(error)}`,
      `No router starts without it. Run this as the user of the router, or give it the file: chown ${machine.user} ${file}`,
    );
  }
  if (text.trim() === '')
    return broken(
      'folder.secret',
      `The secret at ${file} is empty.`,
      'Anyone can forge delivery reports. Put the file back from the backup; without one delete it while no router runs, and the next start makes another: reports on texts that were sent before are refused then.',
    );
  if (text.length < leastSecret)
    return broken(
      'folder.secret',
      `The secret at ${file} has ${text.length} characters: it can be guessed, or the file was cut off.`,
      `Put the file back from the backup, or set \`secret\` in the configuration to at least ${leastSecret} characters.`,
    );
  if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0)
    return look(
      'folder.secret',
      `The secret at ${file} can be read by others on this machine.`,
      `Who reads it can forge delivery reports: chmod 600 ${file}`,
    );
  if (config.eventStore.engine === 'eventstoredb')
    return well(
      'folder.secret',
      'The secret is in the data folder. With several machines, set the same `secret` for all.',
    );
  return well('folder.secret', "The secret is there, and is nobody else's to read.");
};

import { join, resolve } from 'node:path';
import { isLocked } from '../../../store/sqlite/lock.js';
import type { Check } from '../examine.js';
import { obstacleTo } from '../facts/paths.js';
import { look, well } from '../finding.js';

/** Who holds the folder, without taking a lock of it. */
export const locks: Check = {
  about: 'folder.lock',
  examine: async (installation) => {
    const { data, node, eventStore } = installation.config;
    const { kind } = await installation.opened();
    // A folder that cannot be looked into is told of as that.
    if (kind === 'memory' || (kind === 'away' && eventStore.engine === 'sqlite')) return [];
    if (obstacleTo(resolve(data)) !== undefined) return [];
    if (await isLocked(join(data, 'router.lock')))
      return [
        look(
          'folder.lock',
          'An import into this data folder is under way, or a router of an earlier version runs on it.',
          'No other router starts meanwhile. Wait for the import to end, or stop that router.',
        ),
      ];
    return [
      (await isLocked(join(data, 'nodes', `${node}.lock`)))
        ? well(
            'folder.lock',
            `A process named ${node} runs on this folder: a second of that name would be refused.`,
          )
        : well('folder.lock', `The name ${node} is free: a router may start.`),
    ];
  },
};

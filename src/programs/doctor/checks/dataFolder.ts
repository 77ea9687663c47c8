import { resolve } from 'node:path';
import type { Check } from '../examine.js';
import type { Machine } from '../facts/machine.js';
import { nearest } from '../facts/paths.js';
import { tracesIn } from '../facts/traces.js';
import { broken, type Finding, look, well } from '../finding.js';
import { bytes } from '../words.js';

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
    const left = tracesIn(data);
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

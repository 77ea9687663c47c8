import { statSync } from 'node:fs';
import { placeOfEvents } from '../../../main/dataFolder.js';
import { firstEvent, lastEvent } from '../../../store/ends.js';
import type { OpenStore } from '../../../store/port.js';
import { command } from '../command.js';
import type { Check } from '../examine.js';
import type { Opened } from '../facts/opened.js';
import { tracesIn } from '../facts/traces.js';
import { broken, type Finding, gravest, look, well } from '../finding.js';
import type { Installation } from '../installation.js';
import { ago, bytes, counted } from '../words.js';
import { toleratedSkewMs } from './clocks.js';
import { away, damaged } from './storeAway.js';

export const reachable: Check = {
  about: 'store.reachable',
  examine: async (installation) => {
    const opened = await installation.opened();
    const place = placeOfEvents(installation.config);
    switch (opened.kind) {
      case 'file':
        return [await fileThere(opened, opened.store), ...older(opened)];
      case 'server':
        return [
          well('store.reachable', `EventStoreDB answers at ${place}.`),
          ...(await age(opened.store, installation)),
        ];
      case 'away':
        // Who holds the lock is told by the next.
        return opened.error.reason === 'locked' ? [] : [away(opened.error, installation.config)];
      case 'memory':
        return [
          look(
            'store.reachable',
            'The events are kept in the memory of the router (eventStore.engine: memory).',
            'They end with it, and nothing of them can be looked at from here: that is for trying things out. For anything else set eventStore.engine to sqlite.',
          ),
        ];
      case 'none':
        return opened.isEmpty ? [empty(opened.path, tracesIn(installation.config.data))] : [];
      case 'unknown':
        return [
          look(
            'store.reachable',
            'The store was not looked at: the configuration does not say which it is.',
            'Mend the configuration, see above, and ask again.',
          ),
        ];
    }
  },
};

const fileThere = async ({ path, file }: FileOpened, store: OpenStore): Promise<Finding> => {
  const first = await firstEvent(store);
  const since = first === undefined ? '' : ` since ${first.recordedAt.slice(0, 10)}`;
  return well(
    'store.reachable',
    `sqlite, ${path}: ${counted(file.length, 'event')}${since}, ${bytes(statSync(path).size)}.`,
  );
};

type FileOpened = Extract<Opened, { kind: 'file' }>;

const older = ({ file }: FileOpened): readonly Finding[] =>
  file.isOlder
    ? [
        look(
          'store.version',
          'The store was written by an earlier version of threadless-router.',
          'The next start adds what it lacks; then the earlier version does not read it any more. Back it up before, with the routers stopped (docs/deployment.md, "Backup and restore").',
        ),
      ]
    : [];

const lookedThrough = async (
  { path }: FileOpened,
  installation: Installation,
): Promise<readonly Finding[]> => {
  const { isLooked, says } = await installation.lookThrough();
  if (!isLooked)
    return [
      well(
        'store.whole',
        `It is too large to be looked through here. To do so: ${command('sqlite3', '-readonly', path, 'PRAGMA quick_check')}`,
      ),
    ];
  return says === undefined
    ? [well('store.whole', 'It was looked through and is whole.')]
    : [damaged(`The file of the store is damaged: ${says}`)];
};

/** @param traces - of a router that has run in the folder: then its events are gone, as if the file were not there */
const empty = (path: string, traces: readonly string[]): Finding =>
  traces.length === 0
    ? look(
        'store.reachable',
        `There is a file at ${path} with nothing in it.`,
        'The next start fills it and begins with no history. If there should be one, put the file back from the backup first.',
      )
    : broken(
        'store.reachable',
        `There is nothing in the store ${path}, though a router has run in this folder (${traces.join(', ')}).`,
        'It was emptied, or a start of a router was cut off before its first event. A router that starts now begins with no history: repeated messages are answered again, and what waited is not delivered. Put the file back from the backup first (docs/deployment.md, "Backup and restore").',
      );

const age = async (store: OpenStore, { now }: Installation): Promise<readonly Finding[]> => {
  const last = await lastEvent(store);
  if (last === undefined) return [well('store.last', 'It has no events of a router yet.')];
  const sinceMs = now - Date.parse(last.recordedAt);
  // store.clock tells it.
  if (sinceMs < -toleratedSkewMs) return [];
  return [well('store.last', `Its last event, ${last.type}, was stored ${ago(sinceMs)}.`)];
};

/** The file as a whole, and what the router keeps in the store for itself, beside the events. */
export const whole: Check = {
  about: 'store.whole',
  examine: async (installation) => {
    const opened = await installation.opened();
    const found = opened.kind === 'file' ? await lookedThrough(opened, installation) : [];
    const lost = await installation.damage();
    return lost === undefined || gravest(found) === 'broken' ? found : [...found, damaged(lost.message)];
  },
};

/** Of the embedded store it is told apart from its length. */
export const last: Check = {
  about: 'store.last',
  examine: async (installation) => {
    const opened = await installation.opened();
    return opened.kind === 'file' ? age(opened.store, installation) : [];
  },
};

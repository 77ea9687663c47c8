import { statSync } from 'node:fs';
import { placeOfEvents } from '../../../main/dataFolder.js';
import type { OpenStore, StoreError } from '../../../store/port.js';
import type { Check } from '../examine.js';
import { firstEvent, lastEvent } from '../facts/ends.js';
import type { Opened } from '../facts/opened.js';
import { broken, type Finding, look, well } from '../finding.js';
import type { Installation } from '../installation.js';
import { bytes, counted, lasting } from '../words.js';

export const reachable: Check = {
  about: 'store.reachable',
  examine: async (installation) => {
    const opened = await installation.opened();
    const place = placeOfEvents(installation.config);
    switch (opened.kind) {
      case 'file':
        return [await fileThere(opened, opened.store), ...older(opened), ...damage(opened)];
      case 'server':
        return [
          well('store.reachable', `EventStoreDB answers at ${place}.`),
          ...(await age(opened.store, installation)),
        ];
      case 'away':
        return [away(opened.error, installation)];
      case 'memory':
        return [
          look(
            'store.reachable',
            'The events are kept in the memory of the router (eventStore.engine: memory).',
            'They end with it, and nothing of them can be looked at from here: that is for trying things out. For anything else set eventStore.engine to sqlite.',
          ),
        ];
      case 'none':
        return opened.isEmpty ? [empty(opened.path)] : [];
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

/** What is looked through as a whole: a second or two. */
const mostBytes = 256 * 1024 ** 2;

const damage = ({ path, file }: FileOpened): readonly Finding[] => {
  if (statSync(path).size > mostBytes)
    return [
      well(
        'store.whole',
        `It is too large to be looked through here. To do so: sqlite3 -readonly ${path} 'PRAGMA quick_check'`,
      ),
    ];
  const said = file.check();
  return said === undefined ? [well('store.whole', 'It was looked through and is whole.')] : [damaged(said)];
};

const restoreIt =
  'Stop the routers and keep the damaged file aside; look at the disk (dmesg, smartctl). Then restore the last backup (docs/deployment.md, "Backup and restore"). Without one, `sqlite3 events.sqlite .recover` saves what can be read.';

const damaged = (said: string): Finding =>
  broken(
    'store.whole',
    `The file of the store is damaged: ${said.replaceAll(/\s+/g, ' ').replace(/\.$/, '')}.`,
    restoreIt,
  );

const empty = (path: string): Finding =>
  look(
    'store.reachable',
    `There is a file at ${path} with nothing in it.`,
    'The next start fills it and begins with no history. If there should be one, put the file back from the backup first.',
  );

const away = (error: StoreError, { config }: Installation): Finding => {
  const { message, code } = error;
  if (config.eventStore.engine !== 'eventstoredb') return fileAway(message, code);
  return broken('store.reachable', message, serverAdvice(message));
};

const fileAway = (message: string, code: string): Finding => {
  if (message.includes('damaged') || message.includes('malformed')) return damaged(message);
  if (message.includes('newer version'))
    return broken(
      'store.version',
      message,
      'This version does not start on it, so that it spoils nothing. Install the version that wrote it, or a newer one; the stream router-main tells which that was.',
    );
  if (message.includes('is empty, and its log'))
    return broken(
      'store.reachable',
      message,
      'What is left of the store is in that log, and a start would take it away. Start nothing; copy the whole folder; then put the file back from the backup (docs/deployment.md).',
    );
  if (message.includes('without the index'))
    return look(
      'store.reachable',
      message,
      'A folder was copied without it, or in part: copy events.sqlite, -wal and -shm together while no router runs. A start reads the log in; then ask again.',
    );
  if (message.includes('cannot be looked at'))
    return broken(
      'store.reachable',
      message,
      'Nothing can be said of it. Run this as the user of the router: sudo -u USER npx threadless doctor',
    );
  if (code === 'unsupported')
    return broken(
      'store.reachable',
      message,
      'Something else lies where the store should be. THREADLESS_DATA names the folder: set it to that of the router, or move the file away.',
    );
  return broken(
    'store.reachable',
    message,
    'No router can store anything. Who may read the file, and whether its disk works, is the first thing to look at: ls -l, dmesg.',
  );
};

const serverAdvice = (message: string): string => {
  if (message.includes('password'))
    return 'No router can store anything. The user and the password stand in EVENTSTORE_URL or eventStore.connectionString (esdb://USER:PASSWORD@host:port); signs such as @ or : in a password are percent-encoded (docs/eventstoredb.md).';
  if (message.includes('let'))
    return 'No router can store anything until that is granted: docs/eventstoredb.md, "Rights", has the commands.';
  return 'No router can store anything: gateways are answered 503 and keep their messages. Start the server or mend the way to it (address, firewall, TLS): EVENTSTORE_URL or eventStore.connectionString names it, docs/eventstoredb.md says how.';
};

const age = async (store: OpenStore, { now }: Installation): Promise<readonly Finding[]> => {
  const last = await lastEvent(store);
  return [
    well(
      'store.last',
      last === undefined
        ? 'It has no events of a router yet.'
        : `Its last event, ${last.type}, is ${lasting(now - Date.parse(last.recordedAt))} old.`,
    ),
  ];
};

/** Of the embedded store it is told apart from its length. */
export const last: Check = {
  about: 'store.last',
  examine: async (installation) => {
    const opened = await installation.opened();
    return opened.kind === 'file' ? age(opened.store, installation) : [];
  },
};

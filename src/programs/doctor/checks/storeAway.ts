import type { Config } from '../../../main/config/config.js';
import type { StoreError } from '../../../store/port.js';
import { showLast } from '../eventLog.js';
import { tracesIn } from '../facts/traces.js';
import { broken, type Finding, look } from '../finding.js';
import type { Hindrance } from '../rights.js';

/** Of a store that cannot be looked into: why, and what to do. */
export const away = (error: StoreError, { data, eventStore: { engine } }: Config): Finding => {
  const { message, reason, code, cause } = error;
  const found = (advice: string): Finding => broken('store.reachable', message, advice);
  switch (reason) {
    case 'damaged':
      return damaged(message);
    case 'newer':
      return broken(
        'store.version',
        message,
        `This version does not start on it, so that it spoils nothing. Install the version that wrote it, or a newer one. Which that was: ${showLast({ data }, "type = 'RouterStarted'")}`,
      );
    case 'emptied':
      return found(
        'What is left of the store is in that log, and a start would take it away. Start nothing; copy the whole folder; then put the file back from the backup (docs/deployment.md).',
      );
    case 'unread-log':
      return look(
        'store.reachable',
        message,
        'A folder was copied without it, or in part: copy events.sqlite, -wal and -shm together while no router runs. A start reads the log in; then ask again.',
      );
    case 'no-access':
      return found(`Nothing can be said of it. ${(cause as Hindrance).advice}`);
    case 'foreign':
      return foreign(message, tracesIn(data));
    case 'unknown-user':
      return found(
        'No router can store anything. The user and the password stand in EVENTSTORE_URL or eventStore.connectionString (esdb://USER:PASSWORD@host:port); signs such as @ or : in a password are percent-encoded (docs/eventstoredb.md).',
      );
    case 'no-user':
      return found(
        'No router can store anything. Give the connection string a user with his password, in EVENTSTORE_URL or eventStore.connectionString; docs/eventstoredb.md, "Rights", says which he needs.',
      );
    case 'no-right':
      return found(
        'No router can store anything until that is granted: docs/eventstoredb.md, "Rights", has the commands.',
      );
    // Who holds it is told by store.writable.
    case 'locked':
    case undefined:
      return found(engine === 'eventstoredb' ? serverAway : code === 'unsupported' ? noDriver : fileAway);
  }
};

/** @param traces - of a router that has run in the folder: then it is rather its store, and not something else */
const foreign = (says: string, traces: readonly string[]): Finding =>
  traces.length === 0
    ? broken(
        'store.reachable',
        says,
        'Something else lies where the store should be. THREADLESS_DATA names the folder: set it to that of the router, or move away what lies there.',
      )
    : broken(
        'store.reachable',
        `${says} A router has run in this folder (${traces.join(', ')}): its store is damaged, or something else was put in its place.`,
        'Stop the routers and keep aside what lies there. Then restore the last backup (docs/deployment.md, "Backup and restore"). Without one, `sqlite3 events.sqlite .recover` saves what can be read of a damaged file. If this is not the folder of the router: THREADLESS_DATA names it.',
      );

const serverAway =
  'No router can store anything: gateways are answered 503 and keep their messages. Start the server or mend the way to it (address, firewall, TLS): EVENTSTORE_URL or eventStore.connectionString names it, docs/eventstoredb.md says how.';
const noDriver =
  'No router starts so: this installation cannot read the store. The findings of the machine say what is missing.';
const fileAway =
  'No router can store anything. Who may read the file, and whether its disk works, is the first thing to look at: ls -l, dmesg.';

/** @param says - how it is damaged, in a sentence */
export const damaged = (says: string): Finding =>
  broken('store.whole', says.replaceAll(/\s+/g, ' '), restoreIt);

const restoreIt =
  'Stop the routers and keep the damaged file aside; look at the disk (dmesg, smartctl). Then restore the last backup (docs/deployment.md, "Backup and restore"). Without one, `sqlite3 events.sqlite .recover` saves what can be read.';

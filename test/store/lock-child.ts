// Takes the write lock of a store and holds it until told to let go. `exclusive`: has the file for itself, and lets nobody read;
// `file`: any SQLite file.
import { once } from 'node:events';
import { openConnection } from '../../src/store/sqlite/connection.js';
import { openDatabase } from '../../src/store/sqlite/driver.js';

const [path = '', manner] = process.argv.slice(2);
const open = async () => {
  if (manner === undefined) return (await openConnection(path, 5_000)).database;
  const database = await openDatabase(path);
  database.exec('PRAGMA busy_timeout = 5000');
  if (manner === 'exclusive') database.exec('PRAGMA locking_mode = exclusive');
  return database;
};
const database = await open();
database.exec('BEGIN IMMEDIATE');
process.send?.('locked');
await once(process, 'message');
database.exec('ROLLBACK');
database.close();
process.send?.('released');
process.disconnect?.();

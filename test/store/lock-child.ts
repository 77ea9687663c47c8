// Takes the write lock of a store and holds it until told to let go.
import { once } from 'node:events';
import { openConnection } from '../../src/store/sqlite/connection.js';

const [path = ''] = process.argv.slice(2);
const connection = await openConnection(path, 5_000);
connection.database.exec('BEGIN IMMEDIATE');
process.send?.('locked');
await once(process, 'message');
connection.database.exec('ROLLBACK');
connection.close();
process.send?.('released');
process.disconnect?.();

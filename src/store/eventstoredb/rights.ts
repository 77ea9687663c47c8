import { Connection } from './connection.js';
import { failureOf, storeErrorOf } from './errors.js';
import { hiddenStream } from './hidden.js';
import { appendOperation, readAllOperation, readOperation } from './operations.js';
import { Session } from './session.js';
import { eventStoreDBDefaults } from './settings.js';

/** One of each kind that the router reads and writes; nobody's. */
const streams = [
  'conversation-nobody',
  'inbound-nobody',
  'router-nobody',
  'user-nobody',
  'token-nobody',
  ...['checkpoints', 'agreements', 'heartbeats'].map((kind) => hiddenStream(kind, 'nobody')),
];

/**
 * Asks the server for each right that the router needs, by readings and by appends that can never be stored: nothing is written.
 *
 * @returns what it refuses, in sentences that say how it is granted
 */
export const refusedRights = async (connectionString: string): Promise<readonly string[]> => {
  const connection = Connection.to(connectionString);
  const session = new Session(connection, eventStoreDBDefaults.readTimeoutMs);
  const operations = [
    readAllOperation,
    ...streams.flatMap((stream) => [readOperation(stream), appendOperation(stream)]),
  ];
  const refused = new Set<string>();
  try {
    for (const operation of operations) {
      try {
        await operation.ask(session);
      } catch (error) {
        const failure = failureOf(error);
        if (failure === 'denied' || failure === 'unknown-user')
          refused.add(storeErrorOf(error, operation.doing, connection.isAnonymous).message);
      }
    }
    return [...refused];
  } finally {
    session.refuse();
    session.end();
    await connection.release();
  }
};

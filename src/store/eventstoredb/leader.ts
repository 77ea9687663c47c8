import { StoreError } from '../port.js';
import type { Connection } from './connection.js';
import { failureOf } from './errors.js';
import { hiddenPrefix } from './hidden.js';
import { within } from './within.js';

/** A node names the leader, and that one may have lost the lead meanwhile. */
const maxSteps = 3;

/**
 * Makes the client go to the node that leads, whichever it prefers: by a reading that no other node may answer. What it finds
 * is of no interest. For calls that other nodes leave without an answer.
 *
 * @throws what the client throws when no leader is found, or it does not answer within `ms` milliseconds
 */
export const toLeader = async (connection: Connection, ms: number): Promise<void> => {
  for (let step = 1; ; step += 1) {
    const { client } = connection;
    const reading = client.readStream(`${hiddenPrefix}leader`, { maxCount: 1, requiresLeader: true });
    try {
      await within(performance.now() + ms, drained(reading));
      return;
    } catch (error) {
      if (error instanceof StoreError) throw error;
      const failure = failureOf(error);
      if (failure === 'not-found' || failure === 'denied') return;
      if (failure === 'client') connection.renew(client);
      if (failure !== 'not-leader' || step === maxSteps) throw error;
    } finally {
      reading.cancel().catch(() => undefined);
    }
  }
};

const drained = async (reading: AsyncIterable<unknown>): Promise<void> => {
  for await (const _ of reading);
};

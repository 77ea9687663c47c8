import { isFinal, StoreError } from '../store/port.js';
import { tellFailure } from '../store/tell.js';
import { backOff } from './backOff.js';
import { type RouteNeeds, routeMessage } from './route.js';
import type { WaitingMessage } from './waiting.js';

/**
 * Routes a message, however long the store cannot take the decision: it waits on disk meanwhile. Never rejects.
 *
 * @returns false when the store was closed, or `stop` aborted, before
 */
export const routeUntilStored = async (
  needs: RouteNeeds,
  waiting: WaitingMessage,
  stop: AbortSignal,
): Promise<boolean> => {
  const { clock, log } = needs;
  const { messageId } = waiting;
  const { stream } = waiting.event;
  for (let failures = 0; ; failures += 1) {
    try {
      await routeMessage(needs, waiting);
      return true;
    } catch (error) {
      const closed = error instanceof StoreError && error.code === 'closed';
      if (closed || stop.aborted) return false;
      if (isFinal(error)) {
        log.error({ err: error, stream, messageId }, 'not routed: what was decided can never be stored');
        return true;
      }
      tellFailure(log, 'warn', { err: error, stream, messageId }, 'not routed yet, trying again');
      await clock.sleep(backOff(failures), stop);
    }
  }
};

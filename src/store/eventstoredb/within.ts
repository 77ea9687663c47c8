import { StoreError } from '../port.js';

/**
 * A reading that takes longer than the append may is left to itself: it ends by its own patience.
 *
 * @param deadline - of the steady clock, in milliseconds
 * @throws {StoreError} `unavailable` when it is past
 */
export const within = async <Result>(deadline: number, work: Promise<Result>): Promise<Result> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const tell = () => reject(new StoreError('unavailable', 'EventStoreDB does not answer in time.'));
    timer = setTimeout(tell, Math.max(1, deadline - performance.now()));
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    work.catch(() => undefined);
  }
};

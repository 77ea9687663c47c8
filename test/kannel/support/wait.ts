/**
 * Ask until the answer is neither undefined nor false, then hand it over. An error of `probe` counts as "not yet".
 *
 * @param what - what we wait for, for the message of the error
 * @throws {Error} after `timeoutMs`, with the last error of `probe` as its cause
 */
export const eventually = async <T>(
  what: string,
  timeoutMs: number,
  probe: () => Promise<T | false | undefined> | T | false | undefined,
): Promise<T> => {
  const deadline = Date.now() + timeoutMs;
  let cause: unknown;
  for (;;) {
    try {
      const answer = await probe();
      if (answer !== undefined && answer !== false) return answer;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    if (Date.now() >= deadline) throw new Error(`Waited ${timeoutMs} ms in vain for ${what}`, { cause });
    await pause(pollMs);
  }
};

const pollMs = 20;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The promise's result, or an error that says what was waited for. */
export const within = async <T>(what: string, timeoutMs: number, promise: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Waited ${timeoutMs} ms in vain for ${what}`)), timeoutMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
};

/**
 * Work that goes on in one go as far as nothing in it has to be waited for: what is yielded is a promise, and what it comes to
 * is handed back.
 */
export type Steps<Result> = Generator<PromiseLike<unknown>, Result, unknown>;

/** Runs it to its end. @returns a promise only when something had to be waited for: a promise that is not needed costs as much as an app */
export const settle = <Result>(steps: Steps<Result>): Result | Promise<Result> => {
  const step = steps.next();
  return step.done === true ? step.value : settleLater(steps, step.value);
};

const settleLater = async <Result>(steps: Steps<Result>, first: PromiseLike<unknown>): Promise<Result> => {
  let waited = first;
  for (;;) {
    const step = await goOn(steps, waited);
    if (step.done === true) return step.value;
    waited = step.value;
  }
};

const goOn = async <Result>(steps: Steps<Result>, waited: PromiseLike<unknown>) => {
  let value: unknown;
  try {
    value = await waited;
  } catch (error) {
    return steps.throw(error);
  }
  return steps.next(value);
};

export const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof (value as PromiseLike<unknown> | null | undefined)?.then === 'function';

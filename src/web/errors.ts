import type { Middleware } from 'koa';
import type { Log } from '../domain/log.js';
import { isTold, StoreError, type StoreErrorCode } from '../store/port.js';
import { Problem } from './api/problem.js';

const answers: Record<StoreErrorCode, { readonly status: number; readonly body: string }> = {
  // Every other answer than a success makes the gateway try again, with the same message id.
  unavailable: { status: 503, body: 'The message cannot be stored now. Please try again later.\n' },
  conflict: { status: 503, body: 'The message cannot be stored now. Please try again later.\n' },
  restored: { status: 503, body: 'The message cannot be stored now. Please try again later.\n' },
  refused: { status: 503, body: 'The message cannot be stored now. Please try again later.\n' },
  closed: { status: 503, body: 'The router is stopping. Please try again later.\n' },
  unsupported: { status: 503, body: 'The message cannot be stored now. Please try again later.\n' },
  'too-large': { status: 413, body: 'The message is too large to be stored.\n' },
  // Refused for ever: a gateway that goes on trying learns nothing else.
  deleted: { status: 410, body: 'This conversation was deleted for good: nothing more is stored of it.\n' },
  invalid: { status: 400, body: 'The message cannot be stored: the sender or the text is not usable.\n' },
};

/** A store that is away fails every request: the same is told once in so many milliseconds. */
const tellAgainMs = 60_000;

/** The one place where an error becomes an answer: a sentence, never a stack trace. */
export const answerErrors = (log: Log): Middleware => {
  const tell = tellerOf(log);
  return async (ctx, next) => {
    try {
      await next();
      if (ctx.status === 404 && ctx.body === undefined) {
        ctx.status = 404;
        ctx.body = `Nothing here at ${ctx.path}.\n`;
      }
    } catch (error) {
      const { status, body } = answerTo(error);
      tell(error, status, ctx.path);
      ctx.status = status;
      ctx.body = body;
      if (status === 503) ctx.set('Retry-After', '5');
    }
  };
};

const tellerOf = (log: Log) => {
  let told: { readonly message: string; readonly atMs: number } | undefined;
  return (error: unknown, status: number, path: string): void => {
    const fields = { err: error, path };
    if (status === 410)
      log.warn({ path, reason: (error as Error).message }, 'refused: the conversation was deleted');
    if (status < 500 || error instanceof Problem) return;
    const message = error instanceof StoreError ? error.message : undefined;
    const isRecent = told !== undefined && performance.now() - told.atMs < tellAgainMs;
    if (isTold(error) || (isRecent && message === told?.message)) {
      log.debug(fields, 'request failed again');
      return;
    }
    log.error(fields, 'request failed');
    told = message === undefined ? undefined : { message, atMs: performance.now() };
  };
};

const answerTo = (error: unknown): { status: number; body: string } => {
  if (error instanceof StoreError) return answers[error.code];
  if (error instanceof Problem) return { status: error.status, body: `${error.message}\n` };
  const { status, expose, message } = error as { status?: unknown; expose?: unknown; message?: unknown };
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return {
      status,
      body: expose === false ? 'The request could not be understood.\n' : `${String(message)}\n`,
    };
  }
  return { status: 500, body: 'Something went wrong here. It has been logged.\n' };
};

import type { Log } from '../domain/log.js';
import { isTold } from './port.js';

/** Tells that something failed. What the store refuses is told once, by whoever opened it, and not by all who work on it. */
export const tellFailure = (
  log: Log,
  level: 'warn' | 'error',
  fields: { readonly err: unknown } & Readonly<Record<string, unknown>>,
  message: string,
): void => {
  log[isTold(fields.err) ? 'debug' : level](fields, message);
};

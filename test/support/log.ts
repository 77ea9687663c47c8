import type { ExecutionContext } from 'ava';
import type { Log } from '../../src/domain/log.js';

const ignore = () => {};

export const silentLog: Log = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/** Tells nothing unless the test fails. */
export const logOf = (t: ExecutionContext): Log => {
  const lines: (readonly [string, string, object])[] = [];
  t.teardown(() => {
    if (!t.passed) for (const [level, message, fields] of lines) t.log(level, message, fields);
  });
  const as = (level: string) => (fields: object, message: string) =>
    void lines.push([level, message, fields]);
  return { debug: ignore, info: as('info'), warn: as('warn'), error: as('error') };
};

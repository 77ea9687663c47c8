import { StoreError } from '../port.js';
import { failureOf, mayPass, storeErrorOf } from './errors.js';

/**
 * What an error of a projection call means. The server answers most of them with `UNKNOWN`, and says in the text what kind
 * of message it had in place of the one that it waited for.
 */
export type ProjectionFailure =
  /** There is none of that name, or the server does not know it yet. */
  | 'missing'
  /** There is one of that name already. */
  | 'exists'
  /** The user may not do this. */
  | 'no-right'
  /** The server was told to run no projections. */
  | 'none-run'
  /** No answer within the call's time: it has just started, does not lead, or is stuck. */
  | 'unanswered'
  /** Something else that may pass: another operation came between, or its own code failed on it. */
  | 'refused'
  /** Nothing that is particular to projections. */
  | 'other';

/** By the name of the message that the server had. */
const byMessage: Readonly<Record<string, ProjectionFailure>> = {
  NotFound: 'missing',
  Conflict: 'exists',
  NotAuthorized: 'no-right',
};
const [unknown, deadlineExceeded, unimplemented] = [2, 4, 12];

export const projectionFailureOf = (error: unknown): ProjectionFailure => {
  if (error instanceof StoreError) return 'other';
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  if (code === unimplemented) return 'none-run';
  if (code === deadlineExceeded) return 'unanswered';
  if (failureOf(error) === 'denied') return 'no-right';
  if (code !== unknown) return 'other';
  const [, received = ''] = /received (\w+) instead/.exec(String(message)) ?? [];
  return byMessage[received] ?? 'refused';
};

/** True when the same call may succeed later. */
export const mayPassLater = (error: unknown): boolean => {
  switch (projectionFailureOf(error)) {
    case 'missing':
    case 'exists':
    case 'unanswered':
    case 'refused':
      return true;
    case 'no-right':
    case 'none-run':
      return false;
    case 'other':
      return error instanceof StoreError ? error.retryable : mayPass(failureOf(error));
  }
};

/** Where the server's own code failed: it does not tell of a projection that never got as far as to have figures. */
export const isUntold = (error: unknown): boolean =>
  projectionFailureOf(error) === 'refused' && /thrown by handler/.test(String((error as Error).message));

/**
 * The same for people to read, in the server's words where it has any.
 *
 * @param doing - what was asked of the server: `deploy connections`
 */
export const projectionErrorOf = (error: unknown, doing: string): StoreError => {
  if (error instanceof StoreError) return error;
  const told = (code: StoreError['code'], text: string): StoreError =>
    new StoreError(code, text, { cause: { failure: projectionFailureOf(error) } });
  switch (projectionFailureOf(error)) {
    case 'no-right':
      return told(
        'unavailable',
        `EventStoreDB does not let this user ${doing}: to change projections takes the group $ops or $admins, to look at them any user.`,
      );
    case 'none-run':
      return told(
        'unsupported',
        'EventStoreDB runs no projections: it was started with --run-projections=None. It takes --run-projections=All to deploy them; the router runs its own without.',
      );
    case 'unanswered':
      return told(
        'unavailable',
        `EventStoreDB does not answer when it is asked to ${doing}, but is there: perhaps it has just started, or has too much to do.`,
      );
    case 'missing':
      return told('invalid', `EventStoreDB cannot ${doing}: it has no projection of that name.`);
    case 'exists':
    case 'refused':
      return told(
        'unavailable',
        `EventStoreDB cannot ${doing} at the moment. It says: ${wordsOf(error as Error)}`,
      );
    case 'other':
      return storeErrorOf(error, doing);
  }
};

/** Without the number and the name of the code. */
const wordsOf = ({ message }: Error): string => message.replace(/^\d+ [A-Z_]+: /, '');

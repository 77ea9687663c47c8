import { StoreError } from '../port.js';
import type { StoreReason } from '../reason.js';

/** What an error of the client or of gRPC means for the call that met it. */
export type Failure =
  /** The stream is not at the expected revision. Certain: nothing was written. */
  | 'version'
  /** Another node leads; the client goes there with its next call. Nothing was written. */
  | 'not-leader'
  /** No connection, not ready, too busy, timed out: whether something was written cannot be known. */
  | 'unavailable'
  /** The client cannot be used any more: a new one is made. Nothing was written. */
  | 'client'
  | 'not-found'
  | 'deleted'
  | 'too-large'
  /** The user may not do this. */
  | 'denied'
  /** The user is unknown, or the password is wrong. */
  | 'unknown-user'
  /** What was asked makes no sense to the server: a position that it did not give out. */
  | 'invalid'
  /** It does not have such calls. */
  | 'another';

/** The client's own kinds. Those that are missing tell nothing more than the gRPC code does. */
const byType: Readonly<Record<string, Failure>> = {
  'wrong-expected-version': 'version',
  'not-leader': 'not-leader',
  'stream-not-found': 'not-found',
  'no-stream': 'not-found',
  'stream-deleted': 'deleted',
  'maximum-append-size-exceeded': 'too-large',
  'access-denied': 'denied',
  'invalid-argument': 'invalid',
};

const [unknown, internal, unauthenticated] = [2, 13, 16];

/** gRPC's codes, for errors that come before the client knows the server, without a type. */
const byCode: Readonly<Record<number, Failure>> = {
  3: 'invalid',
  7: 'denied',
  11: 'invalid',
  12: 'another',
  [unauthenticated]: 'unknown-user',
};

interface ClientError {
  readonly type?: unknown;
  readonly code?: unknown;
  readonly message?: unknown;
}

/** By type first, then by code. Whatever is left may pass: "Server Is Not Ready" is an UnknownError to the client. */
export const failureOf = (error: unknown): Failure => {
  if (typeof error !== 'object' || error === null) return 'unavailable';
  const { type, code, message } = error as ClientError;
  // To the client a wrong password is a right that is missing.
  if (code === unauthenticated) return 'unknown-user';
  const known = typeof type === 'string' ? byType[type] : undefined;
  if (known) return known;
  if (/InvalidPosition/.test(String(message))) return 'invalid';
  if (typeof code === 'number') return byCode[code] ?? 'unavailable';
  return type === undefined ? 'client' : 'unavailable';
};

/** True when the same call may succeed later. */
export const mayPass = (failure: Failure): boolean =>
  failure === 'unavailable' || failure === 'not-leader' || failure === 'client';

/** What is not in these words is told by {@link deniedText}. */
const explain: Readonly<
  Record<Exclude<Failure, 'version' | 'denied'>, readonly [StoreError['code'], string]>
> = {
  'not-leader': ['unavailable', 'EventStoreDB has no leader at the moment.'],
  unavailable: ['unavailable', 'EventStoreDB cannot be reached or does not answer.'],
  client: [
    'unavailable',
    'EventStoreDB cannot be found: no node of the cluster answers. Check the hosts and, with TLS, the authority.',
  ],
  'not-found': ['invalid', 'EventStoreDB does not know the stream.'],
  deleted: ['deleted', 'The stream was deleted for good: nothing can be written to it any more.'],
  'too-large': ['too-large', 'The append is larger than this EventStoreDB takes (MaxAppendSize).'],
  'unknown-user': [
    'unavailable',
    'EventStoreDB does not know this user, or the password is wrong: check the connection string.',
  ],
  another: [
    'unavailable',
    'What answers does not know the calls of EventStoreDB 23.10 and later: check the host and the port.',
  ],
  invalid: ['invalid', 'EventStoreDB refuses what was asked: a position that it did not give out, perhaps.'],
};

/**
 * Why no connection came about, in the words of the system or of TLS: `connect ECONNREFUSED 10.0.0.1:2113`,
 * `unable to verify the first certificate`. They know nothing of the connection string.
 */
export const whyNoConnection = (error: unknown): string | undefined => {
  const message = String((error as ClientError | undefined)?.message);
  const [, why] =
    /No connection established\. Last error: Error: (?:\w+:error:\w+:)?(.+?):?\s*\. Resol/s.exec(message) ??
    [];
  return why;
};

/** Its own words, of a server that answers and does not work: it is not ready, or another one. */
export const wordsOf = (error: unknown): string | undefined => {
  const { code, message } = (error ?? {}) as ClientError;
  return code === unknown || code === internal ? String(message).replace(/^\d+ [A-Z_]+: /, '') : undefined;
};

/**
 * An error of a connection that did not come about, or of an answer that did not come, with its reason. Any other as it is.
 *
 * @param why - finds the reason out
 */
export const withReason = async (
  error: unknown,
  why: () => Promise<string | undefined>,
): Promise<unknown> => {
  const failure = failureIn(error);
  if (failure !== 'unavailable' && failure !== 'client') return error;
  const reason = await why();
  if (reason === undefined) return error;
  return new StoreError('unavailable', `${explain[failure][1]} (${reason})`, { cause: { failure } });
};

/** Of an error of {@link storeErrorOf}. */
const failureIn = (error: unknown): Failure | undefined =>
  ((error as Partial<StoreError>).cause as { readonly failure?: Failure } | undefined)?.failure;

const deniedText = (doing: string): string =>
  `EventStoreDB does not let this user ${doing}. An administrator grants it: docs/eventstoredb.md, "Rights".`;

/** @param doing - what was asked of the server: with other streams of the kind it may be done */
export const oneStreamError = (doing: string, stream: string): StoreError =>
  new StoreError(
    'refused',
    `EventStoreDB does not let this user ${doing}: the stream ${stream} has an ACL of its own, which an administrator can change ` +
      '(docs/eventstoredb.md, "Rights").',
  );

export const deletedError = (stream: string): StoreError =>
  new StoreError(
    'deleted',
    `The stream ${stream} was deleted for good: nothing can be written to it any more.`,
    { cause: { failure: 'deleted' satisfies Failure } },
  );

/** @param doing - what was asked of the server, which was not told who asks */
export const anonymousError = (doing: string): StoreError =>
  new StoreError('unavailable', anonymousText(doing), {
    cause: { failure: 'denied' satisfies Failure },
    reason: 'no-user',
  });

const anonymousText = (doing: string): string =>
  `EventStoreDB lets no one ${doing} who does not say who he is, and the connection string names no user. It is given there, as ` +
  'esdb://USER:PASSWORD@host:port, in EVENTSTORE_URL or eventStore.connectionString; its rights: docs/eventstoredb.md, "Rights".';

const reasons: Partial<Record<Failure, StoreReason>> = { denied: 'no-right', 'unknown-user': 'unknown-user' };

/**
 * What callers of the port get. Its cause has no message of the client's, which may quote the connection string.
 *
 * @param doing - what was asked of the server, for people to read: `read $all`
 * @param isAnonymous - it was not told who asks
 */
export const storeErrorOf = (error: unknown, doing: string, isAnonymous = false): StoreError => {
  if (error instanceof StoreError) return error;
  const failure = failureOf(error);
  if (failure === 'denied' && isAnonymous) return anonymousError(doing);
  const [code, text] =
    failure === 'denied'
      ? (['unavailable', deniedText(doing)] as const)
      : explain[failure === 'version' ? 'unavailable' : failure];
  const why = whyNoConnection(error);
  return new StoreError(code, why === undefined ? text : `${text} (${why})`, {
    cause: { failure, code: (error as ClientError | undefined)?.code },
    reason: reasons[failure],
  });
};

/** The user may not do it, or is not known: only a person can mend that. */
export const isDenied = (error: unknown): boolean => {
  const failure = failureIn(error);
  return failure === 'denied' || failure === 'unknown-user';
};

export const closedError = (): StoreError => new StoreError('closed', 'The store is closed.');

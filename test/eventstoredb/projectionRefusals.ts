// What the server answers when a call of projections fails: nearly always UNKNOWN, with the reason only sometimes in the words.

import { Metadata, type StatusObject, status } from '@grpc/grpc-js';

const failure = (code: status, details: string, exception?: string): Partial<StatusObject> & Error => {
  const metadata = new Metadata();
  if (exception !== undefined) metadata.set('exception', exception);
  return Object.assign(new Error(details), { code, details, metadata });
};

export const projectionRefusals = {
  /** @param message - that the server had in place of the one that it waited for */
  received: (message: 'NotFound' | 'NotAuthorized' | 'Conflict' | 'OperationFailed', expected = 'Updated') =>
    failure(status.UNKNOWN, `Envelope callback expected ${expected}, received ${message} instead`),
  thrown: () => failure(status.UNKNOWN, 'Exception was thrown by handler.'),
  denied: () => failure(status.PERMISSION_DENIED, 'Access Denied', 'access-denied'),
  unimplemented: () => failure(status.UNIMPLEMENTED, 'Service is unimplemented.'),
  /** What fails in a way that no one foresaw. */
  of: (error: unknown): Error =>
    typeof (error as { code?: unknown }).code === 'number' ? (error as Error) : projectionRefusals.thrown(),
};

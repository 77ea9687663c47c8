import { StoreError } from '../port.js';

/** Streams that the adapter keeps for itself begin so. */
export const hiddenPrefix = 'threadless.';

/** The server's own streams and ours: not for readers of all events. */
export const isHidden = (stream: string): boolean =>
  stream.startsWith('$') || stream.startsWith(hiddenPrefix);

/**
 * The stream of one of our texts. Without a `-`: before the first one stands the category, under which the server would link
 * each event.
 */
export const hiddenStream = (kind: string, name: string): string =>
  `${hiddenPrefix}${kind}.${name.replace(/[%-]/g, (sign) => (sign === '-' ? '%2D' : '%25'))}`;

/** @throws {StoreError} `invalid` for names that mean something to the server or to this engine */
export const checkNames = (stream: string, types: readonly string[]): void => {
  if (isHidden(stream)) {
    throw new StoreError(
      'invalid',
      `A stream's name must not begin with $ or ${hiddenPrefix} on EventStoreDB.`,
    );
  }
  if (types.some((type) => type.startsWith('$'))) {
    throw new StoreError('invalid', 'The type of an event must not begin with $ on EventStoreDB.');
  }
};

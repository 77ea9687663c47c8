import { StoreError } from './port.js';

/**
 * What the router keeps in its store for itself, as a text of JSON.
 *
 * @param what - it is, for people: `the heartbeat of main`
 * @throws {StoreError} `damaged`, when someone else wrote it, or the file lost it
 */
export const parseKept = <T extends object>(what: string, text: string): T => {
  const kept = parsed(text);
  if (typeof kept === 'object' && kept !== null) return kept as T;
  throw new StoreError(
    'unavailable',
    `The store is damaged: ${what} is no JSON any more: ${text.slice(0, 40)}`,
    {
      reason: 'damaged',
    },
  );
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

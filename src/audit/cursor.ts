import type { IndexPlace } from '../projections/index/tables.js';

/** Where a page ended: the place of its last message, and its id, by which the place is found again when it has moved. */
export interface Cursor extends IndexPlace {
  readonly id: string;
}

export const cursorText = ({ at, nth, id }: Cursor): string =>
  Buffer.from(JSON.stringify([at, nth, id])).toString('base64url');

/** Undefined for what no page gave out. */
export const readCursor = (text: string): Cursor | undefined => {
  try {
    const [at, nth, id] = JSON.parse(Buffer.from(text, 'base64url').toString()) as unknown[];
    const isPlace = [at, nth].every((part) => Number.isSafeInteger(part) && Number(part) >= 0);
    return isPlace && typeof id === 'string' ? { at: Number(at), nth: Number(nth), id } : undefined;
  } catch {
    return undefined;
  }
};

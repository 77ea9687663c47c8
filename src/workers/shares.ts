/** A share of the work: `routing/<n>`, the conversations of one hash value, or `outbound/<backend>`, the texts of one backend. */
export type ShareName = string;

export const roomOf = (share: ShareName): string => share.replace(/\/.*/, '');

/** Of these shares those of one room, by what stands behind its name. */
export const partsIn = (room: string, shares: readonly ShareName[]): string[] =>
  shares.filter((share) => roomOf(share) === room).map((share) => share.slice(room.length + 1));

/** False: it is a whole room. */
export const isShare = (takes: string): boolean => takes.includes('/');

export const isRouting = (share: ShareName): boolean => roomOf(share) === 'routing';

export const routingShares = (shares: number): ShareName[] =>
  Array.from({ length: shares }, (_, n) => `routing/${n}`);

import { comparePositions } from '../../../store/positions.js';
import type { Check } from '../examine.js';
import { lastEvent } from '../facts/ends.js';
import { broken, well } from '../finding.js';
import { listed } from '../words.js';

/** A reader that is further than the store: the store is not what it was. On a server the places go back with the events. */
export const wentBack: Check = {
  about: 'store.place',
  examine: async (installation) => {
    const [opened, places] = [await installation.opened(), await installation.places()];
    if (opened.kind !== 'file' || places === undefined) return [];
    const newest = await lastEvent(opened.store);
    const isBeyond = (place: string | undefined) =>
      place !== undefined && comparePositions(place, newest?.position ?? '0') > 0;
    const beyond = [
      ...(places.routing.some(isBeyond) ? ['the routing'] : []),
      ...[...places.lanes].flatMap(([backend, place]) =>
        isBeyond(place) ? [`the texts of ${backend}`] : [],
      ),
    ];
    if (beyond.length === 0) return [well('store.place', 'It reaches as far as its readers have got.')];
    return [
      broken(
        'store.place',
        `The store ends before the place to which ${listed(beyond)} had been read: it went back to an earlier state.`,
        'Events were taken out of its file, while the places of its readers stayed. What is stored next may be passed over. Stop all routers; restore the last backup as a whole, without the -wal and -shm that lie there (docs/deployment.md, "Backup and restore").',
      ),
    ];
  },
};

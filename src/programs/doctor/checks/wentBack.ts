import { lastEvent } from '../../../store/ends.js';
import { comparePositions } from '../../../store/positions.js';
import type { Check } from '../examine.js';
import { broken, type Finding, look, well } from '../finding.js';
import { listed } from '../words.js';

/** A reader that is further than the store: the store is not what it was. On a server the places go back with the events. */
export const wentBack: Check = {
  about: 'store.place',
  examine: async (installation) => {
    const [opened, places] = [await installation.opened(), await installation.places()];
    if (opened.kind !== 'file' || places === undefined) return [];
    const newest = await lastEvent(opened.store);
    const readers = [
      ...places.routing.map((place) => ['the messages', place] as const),
      ...[...places.lanes].map(([backend, place]) => [`the texts of ${backend}`, place] as const),
    ];
    const isPlace = (place: string | undefined) => place === undefined || opened.store.isPosition(place);
    const wrong = readers.filter(([, place]) => !isPlace(place)).map(([what, place]) => noPlace(what, place));
    const beyond = [
      ...new Set(
        readers.flatMap(([what, place]) =>
          place !== undefined && isPlace(place) && comparePositions(place, newest?.position ?? '0') > 0
            ? what
            : [],
        ),
      ),
    ];
    if (wrong.length > 0) return wrong;
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

const noPlace = (what: string, place: string | undefined): Finding =>
  look(
    'store.place',
    `The place to which ${what} were read is none: ${place}.`,
    'Someone wrote into the store by hand, or it is damaged. The next start reads from the beginning and does nothing twice; with a long history that takes a while.',
  );

import { lastEvent } from '../../../store/ends.js';
import type { OpenStore } from '../../../store/port.js';
import type { Check } from '../examine.js';
import { broken, type Finding, look, well } from '../finding.js';
import { lasting } from '../words.js';

/** What a way through a network and a busy machine explain, in milliseconds. */
export const toleratedSkewMs = 5_000;
/** From here on people notice: reports, reminders and what is sorted by time. */
const grave = 60_000;

const advice =
  'Times in events, reports and pages are wrong by as much. Nothing is lost by it, and clocks are never compared to share the work. Set the clock: timedatectl set-ntp true, and the same on the other machine.';

/** The clock of this machine against that of the store. */
export const storeClock: Check = {
  about: 'store.clock',
  examine: async (installation) => {
    const store = await installation.store();
    const newest = store && (await lastEvent(store));
    if (store === undefined || newest === undefined) return [];
    const ahead = Date.parse(newest.recordedAt) - installation.now;
    if (ahead > toleratedSkewMs)
      return [
        skewed(
          `The last event of the store, ${newest.type}, lies ${lasting(ahead)} in the future of this machine's clock: the clock is behind, or was ahead when the event was stored.`,
          ahead,
        ),
      ];
    const skew = await skewOfRouters(store);
    if (skew === undefined || Math.abs(skew) <= toleratedSkewMs)
      return [well('store.clock', "The clock of this machine and the store's agree, as far as events tell.")];
    return [
      skewed(
        `The clock of the router that wrote last is ${lasting(Math.abs(skew))} ${skew > 0 ? 'ahead of' : 'behind'} the store's.`,
        Math.abs(skew),
      ),
    ];
  },
};

const skewed = (says: string, byMs: number): Finding =>
  byMs > grave ? broken('store.clock', says, advice) : look('store.clock', says, advice);

/** Events that bear the time of who wrote them, beside that of the store. They are stored at once. */
const dated = {
  MessageReceived: 'receivedAt',
  RouterStarted: 'startedAt',
  RouterStopped: 'stoppedAt',
} as const;

const skewOfRouters = async (store: OpenStore): Promise<number | undefined> => {
  const event = await lastEvent(store, { types: Object.keys(dated) });
  if (event === undefined) return undefined;
  const field = dated[event.type as keyof typeof dated];
  const at = Date.parse(String((event.data as Record<string, unknown>)[field]));
  return Number.isNaN(at) ? undefined : at - Date.parse(event.recordedAt);
};

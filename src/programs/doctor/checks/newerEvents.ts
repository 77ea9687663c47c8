import { conversationTypes, isNewer } from '../../../domain/understood.js';
import type { Check } from '../examine.js';
import { broken, type Finding, look } from '../finding.js';
import { count, counted } from '../words.js';

/** So many of the last events are looked at. */
const lookBack = 200;

/** Events that a newer version of the router has written: this one leaves the messages alone that they are about. */
export const newerEvents: Check = {
  about: 'store.events',
  examine: async (installation) => {
    const store = await installation.store();
    if (store === undefined) return [];
    const filter = { types: conversationTypes };
    let [all, newer] = [0, 0];
    for await (const event of store.readAll({ direction: 'backwards', maxCount: lookBack, filter })) {
      all += 1;
      if (isNewer(event)) newer += 1;
    }
    return newer === 0 ? [] : [written(newer, all)];
  },
};

const written = (newer: number, all: number): Finding => {
  const of = all === 1 ? 'The last event' : `${count(newer)} of the last ${counted(all, 'event')}`;
  const says = `${of} of messages ${newer === 1 ? 'was' : 'were'} written by a newer version of threadless-router.`;
  const advice =
    'This version keeps them and does nothing with the messages that they are about: nobody answers or delivers those. Run the version that wrote them, or a newer one, everywhere; the findings of the processes tell who runs which.';
  return newer === all ? broken('store.events', says, advice) : look('store.events', says, advice);
};

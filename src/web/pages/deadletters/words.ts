import type { How } from '../../../deadletters/bulk.js';
import type { Kind } from '../../../deadletters/waiting.js';

/** What each kind is, and what requeue does with it. */
export const aboutKind: Readonly<Record<Kind, { readonly title: string; readonly means: string }>> = {
  inbound: {
    title: 'Inbound: an app failed on it',
    means: 'Received, not answered. Mend the app, restart, then requeue: they are routed anew.',
  },
  outbound: {
    title: 'Outbound: the gateway did not take it, or nobody knows',
    means: 'Requeue sends it again. An unclear one may have arrived: then the person gets it twice.',
  },
  refused: {
    title: 'Refused: a request that could not be read',
    means: 'Nobody was answered. Requeue reads it again with today’s configuration.',
  },
};

export const buttonOf: Readonly<Record<How, string>> = { requeue: 'Requeue', discard: 'Discard' };
export const doneOf: Readonly<Record<How, string>> = { requeue: 'requeued', discard: 'discarded' };

export const many = (count: string, things: number): string =>
  `${count} ${things === 1 ? 'message' : 'messages'}`;

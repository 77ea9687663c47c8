import type { Outbound } from '../outbound/outbound.js';
import type { Routing } from '../routing/routing.js';
import type { Duty } from '../workers/duty.js';
import type { Standing } from '../workers/group.js';

const standingAt = (mark: string | undefined): Standing => ({
  clean: true,
  ...(mark === undefined ? {} : { mark }),
});

const numberOf = (share: string): number => Number(share.slice(routingShare(0).length - 1));
const routingShare = (number: number): string => `routing/${number}`;

/** Routes the conversations of the shares that this process holds. */
export const routingDuty = (routing: Routing): Duty => ({
  work: async (on, shares) => {
    const held = new Map([...on].map(([share, { mark }]) => [numberOf(share), mark]));
    const putDown = await routing.work({ shares, held });
    return new Map([...putDown].map(([share, mark]) => [routingShare(share), standingAt(mark)]));
  },
  mark: (share) => routing.mark(numberOf(share)),
});

export const outboundShare = (backend: string): string => `outbound/${backend}`;
const backendOf = (share: string): string => share.slice(outboundShare('').length);

/** Keeps the lanes of the backends whose share this process holds. A lane keeps its own mark. */
export const outboundDuty = (outbound: Outbound): Duty => ({
  work: async (on, _shares, withinMs) => {
    const lanes = new Map([...on].map(([share, { clean }]) => [backendOf(share), clean]));
    const putDown = await outbound.work(lanes, withinMs);
    return new Map([...putDown].map(([backend, clean]) => [outboundShare(backend), { clean }]));
  },
  mark: () => undefined,
});

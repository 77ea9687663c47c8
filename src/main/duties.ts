import type { LaneRelease } from '../outbound/lane.js';
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
export const outboundDuty = (outbound: Outbound): Duty => {
  // What is put down and held all the time comes back as the same object: then no other process has worked on it.
  const known = new WeakMap<Standing, LaneRelease>();
  return {
    work: async (on, _shares, withinMs) => {
      const lanes = [...on].map(([share, standing]) => {
        const { clean } = standing;
        return [backendOf(share), known.get(standing) ?? { clean }] as const;
      });
      const putDown = await outbound.work(new Map(lanes), withinMs);
      return new Map(
        [...putDown].map(([backend, released]) => {
          const standing = { clean: released.clean };
          known.set(standing, released);
          return [outboundShare(backend), standing];
        }),
      );
    },
    mark: () => undefined,
  };
};

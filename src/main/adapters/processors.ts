import type { LaneRelease } from '../../outbound/lane.js';
import type { Outbound } from '../../outbound/outbound.js';
import type { Routing } from '../../routing/routing.js';
import type { Webhooks } from '../../webhooks/webhooks.js';
import type { Checkpoint } from '../../workers/group.js';
import { nameIn, outboundPartition, routingPartition, webhookPartition } from '../../workers/partitions.js';
import type { Processor } from '../../workers/processor.js';

const checkpointAt = (mark: string | undefined): Checkpoint => ({
  clean: true,
  ...(mark === undefined ? {} : { mark }),
});

/** Routes the conversations of the partitions that this process holds. */
export const routingProcessor = (routing: Routing): Processor => ({
  work: async (on, partitionCount) => {
    const held = new Map([...on].map(([partition, { mark }]) => [Number(nameIn(partition)), mark]));
    const released = await routing.work({ partitionCount, held });
    return new Map([...released].map(([number, mark]) => [routingPartition(number), checkpointAt(mark)]));
  },
  lowWaterMark: (partition) => routing.lowWaterMark(Number(nameIn(partition))),
});

/** Keeps the lanes of the backends whose partition this process holds. A lane keeps its own low-water mark. */
export const outboundProcessor = (outbound: Outbound): Processor => {
  // What is released and held all the time comes back as the same object: then no other process has worked on it.
  const releases = new WeakMap<Checkpoint, LaneRelease>();
  return {
    work: async (on, _partitionCount, withinMs) => {
      const lanes = [...on].map(([partition, checkpoint]) => {
        const { clean } = checkpoint;
        return [nameIn(partition), releases.get(checkpoint) ?? { clean }] as const;
      });
      const released = await outbound.work(new Map(lanes), withinMs);
      return new Map(
        [...released].map(([backend, release]) => {
          const checkpoint = { clean: release.clean };
          releases.set(checkpoint, release);
          return [outboundPartition(backend), checkpoint];
        }),
      );
    },
    lowWaterMark: () => undefined,
  };
};

/** Tells the webhooks whose partition this process holds. Each keeps its own checkpoint. */
export const webhooksProcessor = (webhooks: Webhooks): Processor => ({
  work: async (on, _partitionCount, withinMs) => {
    const released = await webhooks.work(new Set([...on.keys()].map(nameIn)), withinMs);
    return new Map(released.map((name) => [webhookPartition(name), { clean: true }]));
  },
  lowWaterMark: () => undefined,
});

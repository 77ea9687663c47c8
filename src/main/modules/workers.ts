import { ContainerModule } from 'inversify';
import { Lease } from '../../workers/lease.js';
import { Member } from '../../workers/member.js';
import { Node } from '../../workers/node.js';
import { outboundPartition, webhookPartition } from '../../workers/partitions.js';
import { tellLanes } from '../adapters/lanes.js';
import { outboundProcessor, routingProcessor, webhooksProcessor } from '../adapters/processors.js';
import { locksNames } from '../dataFolder.js';
import { keys } from '../keys.js';
import { nodeFactsOf } from '../nodeFacts.js';

export const workers = new ContainerModule(({ bind }) => {
  bind(keys.lease)
    .toResolvedValue(
      ({ workers }, clock) => new Lease(workers, () => clock.steady()),
      [keys.config, keys.clock],
    )
    .inSingletonScope();
  bind(keys.node)
    .toResolvedValue(
      (store, config, apps, clock, newId) =>
        new Node({ store, facts: nodeFactsOf(config, apps), clock, newId }),
      [keys.store, keys.config, keys.apps, keys.clock, keys.newId],
    )
    .inSingletonScope();
  bind(keys.member)
    .toResolvedValue(
      async (store, config, roles, routing, outbound, webhooks, node, clock, newId, log, lease) => {
        // Asked before this run is announced.
        const clean = await node.stoppedInOrder();
        return new Member({
          agreements: store.agreements,
          heartbeats: store.heartbeats,
          timeline: () => store.timeline,
          announce: () => node.started(),
          me: {
            node: config.node,
            takes: [
              ...(roles.routing ? ['routing'] : []),
              ...(roles.outbound ? config.backends.map(({ name }) => outboundPartition(name)) : []),
              ...(roles.outbound ? Object.keys(config.webhooks).map(webhookPartition) : []),
            ],
          },
          settings: config.workers,
          partitionCount: config.routing.partitions,
          soleOfItsName: locksNames(config),
          processors: new Map([
            ['routing', routingProcessor(routing)],
            ['outbound', outboundProcessor(outbound)],
            ['webhooks', webhooksProcessor(webhooks)],
          ]),
          found: async () => {
            const mark = await store.checkpoints.load('routing');
            return { clean, ...(mark === undefined ? {} : { mark }) };
          },
          clock,
          random: Math.random,
          newId,
          lease,
          tells: () => tellLanes(outbound.report()),
          log,
        });
      },
      [
        keys.store,
        keys.config,
        keys.roles,
        keys.routing,
        keys.outbound,
        keys.webhooks,
        keys.node,
        keys.clock,
        keys.newId,
        keys.log,
        keys.lease,
      ],
    )
    .inSingletonScope();
});

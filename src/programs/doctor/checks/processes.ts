import type { Config } from '../../../main/config/config.js';
import { namesIn, outboundPartition } from '../../../workers/partitions.js';
import type { Check } from '../examine.js';
import { type Processes, takersOf } from '../facts/group.js';
import { broken, type Finding, look, well } from '../finding.js';
import { counted, listed } from '../words.js';

/** Who works on the store, and what nobody works on. */
export const processes: Check = {
  about: 'processes.members',
  examine: async (installation) => {
    const processes = await installation.processes();
    if (processes === undefined) return [];
    const { group, alive } = processes;
    if (group.closed !== undefined)
      return [
        broken(
          'processes.closed',
          'No router may start on this store: an import into it is under way, or was cut off.',
          group.closed.why,
        ),
      ];
    if (alive.size === 0)
      return [
        look(
          'processes.members',
          'No process works on the store now.',
          'Messages that are stored wait for routing, answers for delivery, until one does: npm start.',
        ),
      ];
    return [
      members(processes),
      ...dead(processes),
      ...unworked(processes, installation.config),
      ...partitionCount(processes, installation.config),
    ];
  },
};

const members = ({ group, alive }: Processes): Finding => {
  const told = [...alive].map((node) => {
    const held = Object.entries(group.partitions).filter(([, { holder }]) => holder === node);
    const routed = held.filter(([name]) => name.startsWith('routing/')).length;
    const lanes = namesIn(
      'outbound',
      held.map(([name]) => name),
    );
    const parts = [
      ...(routed > 0 ? [`${routed} of ${group.partitionCount} partitions of the conversations`] : []),
      ...(lanes.length > 0 ? [`the texts of ${listed(lanes)}`] : []),
    ];
    return `${node} (${parts.length > 0 ? listed(parts) : 'no part of the work'})`;
  });
  return well(
    'processes.members',
    `${counted(alive.size, 'process works', 'processes work')} on the store: ${told.join('; ')}.`,
  );
};

const dead = ({ group, alive }: Processes): readonly Finding[] =>
  Object.entries(group.members)
    .filter(([node]) => !alive.has(node))
    .map(([node, { takeoverMs }]) =>
      look(
        'processes.silent',
        `${node} was working on the store and does not tell any more that it lives.`,
        `The others take its work within ${takeoverMs / 1_000} s. If it should run, look into its log and start it again.`,
      ),
    );

const unworked = (processes: Processes, { backends }: Config): readonly Finding[] => {
  const idle = backends
    .map(({ name }) => name)
    .filter((name) => takersOf(processes, 'outbound', outboundPartition(name)).length === 0);
  return [
    ...(takersOf(processes, 'routing', 'routing').length > 0
      ? []
      : [
          broken(
            'processes.routing',
            'No process routes: messages are stored and wait, and nobody is answered.',
            'Start one: threadless worker, or threadless serve without --no-routing (docs/workers.md).',
          ),
        ]),
    ...(idle.length === 0
      ? []
      : [
          broken(
            'processes.outbound',
            `No process delivers the texts of ${listed(idle)}: they wait.`,
            'Start one: threadless serve without --no-outbound, or threadless worker --outbound. If one runs, it was started with another configuration, without that backend: start it again with this one.',
          ),
        ]),
  ];
};

const partitionCount = ({ group }: Processes, { routing }: Config): readonly Finding[] =>
  group.partitionCount === 0 || group.partitionCount === routing.partitions
    ? []
    : [
        look(
          'processes.partitions',
          `routing.partitions is ${routing.partitions} here, and ${group.partitionCount} are in use.`,
          'The number in use stays as long as a process runs. To change it stop all of them and start them with one configuration.',
        ),
      ];

/**
 * A partition of the work: `routing/<n>`, the conversations of one hash value, `outbound/<backend>`, the texts of one backend, or
 * `webhooks/<name>`, the calls of one webhook.
 */
export type PartitionName = string;

/** Up to which positions partitions are done: the partitions by their low-water mark. */
export type LowWaterMarks = Readonly<Record<string, readonly PartitionName[]>>;

export const roomOf = (partition: PartitionName): string => partition.replace(/\/.*/, '');

/** Of these partitions those of one room, by what stands behind its name. */
export const namesIn = (room: string, partitions: readonly PartitionName[]): string[] =>
  partitions.filter((one) => roomOf(one) === room).map(nameIn);

/** False: it is a whole room. */
export const isPartition = (takes: string): boolean => takes.includes('/');

export const isRouting = (partition: PartitionName): boolean => roomOf(partition) === 'routing';

export const routingPartition = (number: number): PartitionName => `routing/${number}`;
export const routingPartitions = (count: number): PartitionName[] =>
  Array.from({ length: count }, (_, number) => routingPartition(number));
export const outboundPartition = (backend: string): PartitionName => `outbound/${backend}`;
export const webhookPartition = (webhook: string): PartitionName => `webhooks/${webhook}`;

/** What stands behind the name of its room. */
export const nameIn = (partition: PartitionName): string => partition.slice(roomOf(partition).length + 1);

import type { OpenStore } from '../../store/port.js';
import { nameIn, roomOf } from '../../workers/partitions.js';
import { readGroup } from '../../workers/storedGroup.js';

/** Which process works on each webhook, by its name. @throws {StoreError} */
export const webhookNodes = async ({
  agreements,
}: Pick<OpenStore, 'agreements'>): Promise<ReadonlyMap<string, string>> => {
  const partitions = (await readGroup(agreements))?.group.partitions ?? {};
  return new Map(
    Object.entries(partitions).flatMap(([partition, { holder }]) =>
      roomOf(partition) === 'webhooks' && holder !== undefined ? [[nameIn(partition), holder]] : [],
    ),
  );
};

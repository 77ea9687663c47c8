import { join } from 'node:path';
import type { Clock } from '../../../domain/clock.js';
import type { Config } from '../../../main/config/config.js';
import type { OpenStore } from '../../../store/port.js';
import { isLocked } from '../../../store/sqlite/lock.js';
import { emptyGroup, type Group } from '../../../workers/group.js';
import {
  heartbeatName,
  readHeartbeat,
  type StoredHeartbeat,
  signOfLifeIn,
} from '../../../workers/heartbeat.js';
import type { LowWaterMarks } from '../../../workers/partitions.js';
import { afterExpiry } from '../../../workers/rebalance.js';
import { heartbeatAfter } from '../../../workers/settings.js';
import { readGroup } from '../../../workers/storedGroup.js';

/** The processes that share the work on the store. */
export interface Processes {
  readonly group: Group;
  /** Members that live, by their names. */
  readonly alive: ReadonlySet<string>;
  /** The same group, each partition at the place that its holder told last. */
  readonly upToDate: Group;
}

export interface Surroundings {
  readonly config: Pick<Config, 'data' | 'eventStore'>;
  readonly clock: Clock;
}

/** Who has written a heartbeat is alive, in this part more than the time between two. */
const patience = heartbeatAfter * 1.5;

/** Takes some seconds on a server, on which nothing but heartbeats tells who lives. */
export const processesOn = async (store: OpenStore, surroundings: Surroundings): Promise<Processes> => {
  const group = (await readGroup(store.agreements))?.group ?? emptyGroup;
  const heard = await hearAll(store, group);
  const alive = await aliveIn(store, group, heard, surroundings);
  const marks = new Map<string, LowWaterMarks>(
    [...heard].map(([node, { beat }]) => [node, beat?.marks ?? {}]),
  );
  return { group, alive, upToDate: afterExpiry(group, marks) };
};

const hearAll = async (
  store: OpenStore,
  { members }: Group,
): Promise<ReadonlyMap<string, StoredHeartbeat>> => {
  const heard = new Map<string, StoredHeartbeat>();
  for (const node of Object.keys(members))
    heard.set(node, await readHeartbeat(store.heartbeats, heartbeatName(node)));
  return heard;
};

const aliveIn = async (
  store: OpenStore,
  group: Group,
  heard: ReadonlyMap<string, StoredHeartbeat>,
  { config, clock }: Surroundings,
): Promise<ReadonlySet<string>> => {
  const nodes = Object.keys(group.members);
  if (config.eventStore.engine === 'sqlite') {
    // All of them are on this machine and on this folder.
    const locks = nodes.map((node) => isLocked(join(config.data, 'nodes', `${node}.lock`)));
    const locked = await Promise.all(locks);
    return new Set(nodes.filter((_, index) => locked[index]));
  }
  const lives = (of: ReadonlyMap<string, StoredHeartbeat>) =>
    new Map(
      nodes.map((node) => [node, signOfLifeIn(group.members[node], of.get(node) ?? { version: 'none' })]),
    );
  const before = lives(heard);
  if ([...before.values()].every((life) => life === undefined)) return new Set();
  const longest = Math.max(...nodes.map((node) => group.members[node]?.takeoverMs ?? 0));
  await clock.sleep(longest * patience);
  const now = lives(await hearAll(store, group));
  return new Set(nodes.filter((node) => now.get(node) !== undefined && now.get(node) !== before.get(node)));
};

/** The members that can work on it: on a partition, or on any of its room. */
export const takersOf = ({ group, alive }: Processes, room: string, partition: string): readonly string[] =>
  Object.entries(group.members)
    .filter(([node, { takes }]) => alive.has(node) && (takes.includes(room) || takes.includes(partition)))
    .map(([node]) => node);

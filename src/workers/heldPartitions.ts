import type { Checkpoint, Group, HeldPartition } from './group.js';
import { type PartitionName, roomOf } from './partitions.js';
import type { Processor } from './processor.js';

interface Held {
  checkpoint: Checkpoint;
  state: PartitionState;
}

type PartitionState =
  /** Acquired and not begun, or released: nothing of it is in flight. */
  | 'idle'
  | 'working'
  /** What of it is in flight ends: then it is idle, and not before that is it worked on again. */
  | 'releasing';

/** What follows when a partition is not to be worked on. */
const withoutWork = { idle: 'idle', working: 'releasing', releasing: 'releasing' } as const;

/** The partitions that this process holds, and the processors that work on them. */
export class HeldPartitions {
  readonly #held = new Map<PartitionName, Held>();
  readonly #changes = new Set<Promise<void>>();

  /**
   * @param processors - by room
   * @param released - called when something has been released
   */
  constructor(
    private readonly processors: ReadonlyMap<string, Processor>,
    private readonly released: () => void,
  ) {}

  /** All of them, as they stand this moment. */
  get all(): ReadonlyMap<PartitionName, HeldPartition> {
    const all = new Map<PartitionName, HeldPartition>();
    for (const [name, { checkpoint, state }] of this.#held) {
      const processor = this.processors.get(roomOf(name));
      const mark = state === 'working' ? processor?.lowWaterMark(name) : checkpoint.mark;
      const { clean } = checkpoint;
      all.set(name, { clean, idle: state === 'idle', ...(mark === undefined ? {} : { mark }) });
    }
    return all;
  }

  get areIdle(): boolean {
    return [...this.#held.values()].every(({ state }) => state === 'idle');
  }

  /** What a group says that I hold; nothing more, and what is acquired as it stood in the group before. */
  hold(names: readonly PartitionName[], before: Group): void {
    for (const name of this.#held.keys()) if (!names.includes(name)) this.#held.delete(name);
    for (const name of names) {
      if (this.#held.has(name)) continue;
      const { mark, clean } = before.partitions[name] ?? { clean: true };
      const checkpoint = { clean, ...(mark === undefined ? {} : { mark }) };
      this.#held.set(name, { checkpoint, state: 'idle' });
    }
  }

  /** Works on these and releases the others. */
  work(on: ReadonlySet<PartitionName>, partitionCount: number, withinMs?: number): void {
    for (const [room, processor] of this.processors) {
      const change = this.#workIn(room, processor, on, partitionCount, withinMs).finally(() =>
        this.#changes.delete(change),
      );
      this.#changes.add(change);
    }
  }

  /** Resolves when all that is being released is idle. */
  async settle(): Promise<void> {
    await Promise.all(this.#changes);
  }

  async #workIn(
    room: string,
    processor: Processor,
    on: ReadonlySet<PartitionName>,
    partitionCount: number,
    withinMs?: number,
  ): Promise<void> {
    let changed = false;
    const working = new Map<PartitionName, Checkpoint>();
    for (const [name, held] of this.#held) {
      if (roomOf(name) !== room || held.state === 'releasing') continue;
      const next = on.has(name) ? 'working' : withoutWork[held.state];
      if (next === 'working') working.set(name, held.checkpoint);
      changed ||= next !== held.state;
      held.state = next;
    }
    if (!changed) return;
    for (const [name, checkpoint] of await processor.work(working, partitionCount, withinMs)) {
      const held = this.#held.get(name);
      if (held?.state !== 'releasing') continue;
      held.checkpoint = checkpoint;
      held.state = 'idle';
      this.released();
    }
  }
}

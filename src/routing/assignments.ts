import { type Assignment, emptyAssignment, wholeAssignment } from './assignment.js';
import { PipelineSupervisor, type SupervisorNeeds } from './supervisor.js';

/** The assignments one after the other: each begins when the one before is at rest. */
export class Assignments {
  #pipeline: PipelineSupervisor;
  #last: Promise<unknown> = Promise.resolve();
  #holdsAll = false;
  #holdsNone = true;

  constructor(
    private readonly needs: SupervisorNeeds & {
      /** Called before it is told that partitions are released, of which messages may still wait. */
      readonly releasing: () => Promise<void>;
    },
  ) {
    this.#pipeline = new PipelineSupervisor(needs, emptyAssignment);
  }

  /** True when every conversation is assigned here: nobody else routes any. */
  get holdsAll(): boolean {
    return this.#holdsAll;
  }

  /** True when no conversation is. */
  get holdsNone(): boolean {
    return this.#holdsNone;
  }

  /** @returns how far the partitions are that are released, once nothing of them is under way */
  assign(assignment: Assignment): Promise<Assignment['held']> {
    this.#holdsAll = assignment.held.size === assignment.partitionCount;
    this.#holdsNone = assignment.held.size === 0;
    void this.#pipeline.stop();
    const assigned = this.#last.then(() => this.#replace(assignment));
    this.#last = assigned.catch(() => undefined);
    return assigned;
  }

  assignAll(mark: string | undefined): Promise<Assignment['held']> {
    return this.assign(wholeAssignment(mark));
  }

  assignNone(): Promise<Assignment['held']> {
    return this.assign(emptyAssignment);
  }

  lowWaterMark(partition: number): string | undefined {
    return this.#pipeline.lowWaterMark(partition);
  }

  async #replace({ partitionCount, held }: Assignment): Promise<Assignment['held']> {
    await this.#pipeline.stop();
    const before = this.#pipeline.checkpoint.held;
    const from = [...held].map(
      ([partition, mark]) => [partition, before.has(partition) ? before.get(partition) : mark] as const,
    );
    this.#pipeline = new PipelineSupervisor(this.needs, { partitionCount, held: new Map(from) });
    this.#pipeline.start();
    const released = [...before].filter(([partition]) => !held.has(partition));
    if (released.length > 0) await this.needs.releasing();
    return new Map(released);
  }
}

/** What is done to each, and in whose name. */
export type How = 'requeue' | 'discard';

/** One of many that are dealt with, one after the other. */
export interface Settling {
  readonly id: string;
  /** Resolves when it is done. @throws {Unsettled} when this one cannot be, and the others can */
  settle(): Promise<void>;
}

/** One could not be dealt with: it is left as it is. */
export class Unsettled extends Error {
  override readonly name = 'Unsettled';

  /** @param isLeft - it was not meant: no word is lost about it */
  constructor(
    message: string,
    readonly isLeft = false,
  ) {
    super(message);
  }
}

export interface BulkProblem {
  readonly id: string;
  readonly problem: string;
}

/** How far it is. */
export interface BulkStatus {
  readonly id: string;
  readonly how: How;
  readonly by: string;
  readonly why: string;
  /** What was chosen, for people. */
  readonly chosen: string;
  readonly state: 'running' | 'done' | 'stopped' | 'failed';
  /** How many there were when it was asked for. */
  readonly total: number;
  readonly done: number;
  /** The first of those that could not be dealt with. */
  readonly problems: readonly BulkProblem[];
  readonly problemCount: number;
  /** Why it failed as a whole. */
  readonly failure?: string;
  readonly startedAt: string;
  readonly endedAt?: string;
}

export interface BulkOrder extends Pick<BulkStatus, 'how' | 'by' | 'why' | 'chosen' | 'total'> {
  readonly items: AsyncIterable<Settling>;
}

/** Problems that are kept: who has more of them has one reason. */
const keptProblems = 50;

/** One after the other, until all are done or someone stops it: between two, so that each is done whole or not at all. */
export class BulkJob {
  #state: BulkStatus['state'] = 'running';
  #done = 0;
  #problemCount = 0;
  readonly #problems: BulkProblem[] = [];
  #failure: string | undefined;
  #endedAt: string | undefined;
  #stopping = false;
  readonly ended: Promise<void>;

  /** @param now - ISO */
  constructor(
    private readonly id: string,
    private readonly order: BulkOrder,
    private readonly now: () => string,
    private readonly startedAt = now(),
  ) {
    this.ended = this.#run();
  }

  /** After the one that is being dealt with. */
  stop(): void {
    this.#stopping = true;
  }

  get status(): BulkStatus {
    const { how, by, why, chosen, total } = this.order;
    return {
      id: this.id,
      how,
      by,
      why,
      chosen,
      total,
      state: this.#state,
      done: this.#done,
      problems: [...this.#problems],
      problemCount: this.#problemCount,
      ...(this.#failure === undefined ? {} : { failure: this.#failure }),
      startedAt: this.startedAt,
      ...(this.#endedAt === undefined ? {} : { endedAt: this.#endedAt }),
    };
  }

  async #run(): Promise<void> {
    try {
      for await (const item of this.order.items) {
        if (this.#stopping) break;
        await this.#settle(item);
      }
      this.#state = this.#stopping ? 'stopped' : 'done';
    } catch (error) {
      this.#state = 'failed';
      this.#failure = (error as Error).message;
    }
    this.#endedAt = this.now();
  }

  async #settle(item: Settling): Promise<void> {
    try {
      await item.settle();
      this.#done += 1;
    } catch (error) {
      if (!(error instanceof Unsettled)) throw error;
      if (error.isLeft) return;
      this.#problemCount += 1;
      if (this.#problems.length < keptProblems) this.#problems.push({ id: item.id, problem: error.message });
    }
  }
}

/** Jobs that are remembered after their end. */
const keptJobs = 20;

/** The jobs of this process. They end with it: what they have not dealt with is as it was. */
export class BulkJobs {
  readonly #jobs = new Map<string, BulkJob>();
  #isClosed = false;

  constructor(
    private readonly newId: () => string,
    private readonly now: () => string,
  ) {}

  start(order: BulkOrder): BulkStatus {
    const id = this.newId();
    const job = new BulkJob(id, order, this.now);
    if (this.#isClosed) job.stop();
    this.#jobs.set(id, job);
    const over = [...this.#jobs].filter(([, { status }]) => status.state !== 'running');
    for (const [old] of over.slice(0, Math.max(0, over.length - keptJobs))) this.#jobs.delete(old);
    return job.status;
  }

  status(id: string): BulkStatus | undefined {
    return this.#jobs.get(id)?.status;
  }

  /** The newest first. */
  statuses(): readonly BulkStatus[] {
    return [...this.#jobs.values()].map(({ status }) => status).toReversed();
  }

  stop(id: string): BulkStatus | undefined {
    const job = this.#jobs.get(id);
    job?.stop();
    return job?.status;
  }

  /** Resolves when none is at work any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const job of this.#jobs.values()) job.stop();
    await Promise.all([...this.#jobs.values()].map(({ ended }) => ended));
  }
}

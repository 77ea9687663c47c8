import type { Endless } from './endless.js';
import type { ToldEvent } from './groups.js';
import { type LostPlace, ThreadLost } from './lost.js';
import type { Chunk, JobResults, Results } from './protocol.js';
import type { ReplayThread } from './replayThread.js';

/** A conversation to run anew, over the loss of threads. */
export class ReplayJob {
  endless: Endless = [];
  isEnded = false;

  /** @param told - of its results, those that are told already */
  constructor(
    readonly number: number,
    readonly stream: string,
    public told: number,
  ) {}

  take({ counts, isEnded }: JobResults): void {
    for (const count of Object.values(counts)) this.told += count;
    this.isEnded = isEnded;
  }

  /** A thread was lost over it. */
  lostAt({ message, app, phase }: LostPlace): void {
    const isAll = message < 0 || this.endless.some((known) => known.message === message);
    this.endless = [...this.endless, { message: isAll ? 'all' : message, app, phase }];
  }
}

/** Events that go to a thread in one message, at least. */
const sendEvents = 512;
/** What a thread is given while it has something to do, at most: it must not wait, and what lies there takes memory. */
const maxAhead = 2;

export interface UnitNeeds {
  /** Absent: the thread reads for itself. */
  readonly read?: (stream: string) => AsyncIterable<readonly ToldEvent[]>;
  readonly take: (results: Results) => void;
}

/**
 * Has a thread run some conversations, those of them that are not ended.
 *
 * @throws {ThreadLost} when the thread is lost: the job that it was at knows
 */
export const runUnit = async (
  thread: ReplayThread,
  jobs: readonly ReplayJob[],
  needs: UnitNeeds,
): Promise<void> => {
  const byNumber = new Map(jobs.map((job) => [job.number, job]));
  const ahead: Promise<void>[] = [];
  const send = async (chunks: readonly Chunk[]) => {
    const results = await thread.send(chunks);
    for (const result of results.jobs) byNumber.get(result.job)?.take(result);
    needs.take(results);
  };
  const sendOn = async (chunks: readonly Chunk[]) => {
    const sent = send(chunks);
    // Waited for below.
    sent.catch(() => {});
    ahead.push(sent);
    if (ahead.length >= maxAhead) await ahead.shift();
  };
  try {
    const { read } = needs;
    if (read === undefined) await inRounds(jobs, send);
    else for await (const chunks of together(jobs, read)) await sendOn(chunks);
    await Promise.all(ahead);
  } catch (error) {
    if (error instanceof ThreadLost) byNumber.get(error.place.job)?.lostAt(error.place);
    throw error;
  }
};

/** All that are not ended, until none is: the thread knows how far it is. */
const inRounds = async (
  jobs: readonly ReplayJob[],
  send: (chunks: readonly Chunk[]) => Promise<void>,
): Promise<void> => {
  for (;;) {
    const open = jobs.filter(({ isEnded }) => !isEnded);
    if (open.length === 0) return;
    await send(
      open.map(({ number, stream, endless, told }) => ({
        job: number,
        stream,
        endless,
        told,
        isLast: false,
      })),
    );
  }
};

/** Small conversations go together, large ones in pieces. */
async function* together(
  jobs: readonly ReplayJob[],
  read: NonNullable<UnitNeeds['read']>,
): AsyncGenerator<readonly Chunk[], void, undefined> {
  let chunks: Chunk[] = [];
  let events = 0;
  for (const job of jobs) {
    if (job.isEnded) continue;
    const { number, stream, endless, told } = job;
    const chunk = (piece: readonly ToldEvent[], isLast: boolean): Chunk => ({
      job: number,
      stream,
      endless,
      told,
      events: JSON.stringify(piece),
      isLast,
    });
    let held: readonly ToldEvent[] | undefined;
    for await (const piece of read(stream)) {
      if (held !== undefined) chunks.push(chunk(held, false));
      held = piece;
      events += piece.length;
      if (events < sendEvents || chunks.length === 0) continue;
      yield chunks;
      chunks = [];
      events = piece.length;
    }
    chunks.push(chunk(held ?? [], true));
    if (events < sendEvents) continue;
    yield chunks;
    chunks = [];
    events = 0;
  }
  if (chunks.length > 0) yield chunks;
}

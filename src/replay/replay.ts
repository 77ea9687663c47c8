import type { Clock } from '../domain/clock.js';
import type { EventStore } from '../store/port.js';
import { readConversation } from './conversations.js';
import { type Hanging, ThreadLost, ThreadMisled } from './lost.js';
import type { JobResults, Noted, Results, ThreadSettings } from './protocol.js';
import { ReplayThread, type ThreadNeeds } from './replayThread.js';
import { ReplayJob, runUnit } from './unit.js';

export interface ReplayNeeds {
  readonly store: EventStore;
  readonly clock: Clock;
  readonly settings: Omit<ThreadSettings, 'pulse'>;
  /** The conversations, and how many of their messages are told already. */
  readonly conversations: readonly { readonly stream: string; readonly told: number }[];
  /** How many conversations are run side by side. */
  readonly threads: number;
  /** Stops it: what is under way is dropped. */
  readonly signal?: AbortSignal;
  /** It was stopped while an app did not come back. */
  readonly hung?: (hung: Hung) => void;
  /** @param nth - of the conversations */
  readonly took: (nth: number, results: JobResults) => void;
  readonly noted: (noted: readonly Noted[]) => void;
}

/** Where an app did not come back, and for how many milliseconds. */
export interface Hung extends Pick<Hanging, 'app' | 'phase' | 'ms'> {
  /** Absent: while it was loaded. */
  readonly stream?: string;
  readonly messageId?: string;
}

/** Conversations that a thread takes at a time. */
const unitSize = 32;

/**
 * Runs conversations anew, each from its beginning, and tells what differs.
 *
 * @throws {UnfitApp} when an app cannot be loaded
 * @throws {StoreError} when the store cannot be read
 */
export const replayConversations = async (needs: ReplayNeeds): Promise<void> => {
  const units = unitsOf(needs.conversations);
  const abandoned = new AbortController();
  const enough = Math.ceil(needs.conversations.length / unitSize);
  const threads = Math.max(1, Math.min(needs.threads, enough));
  const workers = Array.from({ length: threads }, () =>
    workThrough(units, needs, abandoned.signal).catch((error: unknown) => {
      abandoned.abort();
      throw error;
    }),
  );
  const ended = await Promise.allSettled(workers);
  const failed = ended.find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
};

function* unitsOf(
  conversations: ReplayNeeds['conversations'],
): Generator<readonly ReplayJob[], void, undefined> {
  for (let from = 0; from < conversations.length; from += unitSize)
    yield conversations
      .slice(from, from + unitSize)
      .map(({ stream, told }, index) => new ReplayJob(from + index, stream, told));
}

/** One thread, and those that follow when one is lost. */
const workThrough = async (
  units: Iterable<readonly ReplayJob[]>,
  needs: ReplayNeeds,
  abandoned: AbortSignal,
): Promise<void> => {
  const { store, clock, settings, noted } = needs;
  const signals = [abandoned, ...(needs.signal === undefined ? [] : [needs.signal])];
  const signal = AbortSignal.any(signals);
  const threadNeeds: ThreadNeeds = {
    settings,
    clock,
    noted,
    signal,
    hanging: (hanging) => needs.hung?.(hungOf(hanging, needs.conversations)),
    read: (...at) => readPart(store, settings.end, ...at),
  };
  let thread: ReplayThread | undefined;
  let looksClosely = false;
  try {
    for (const jobs of units) {
      while (!signal.aborted && jobs.some(({ isEnded }) => !isEnded)) {
        try {
          thread ??= await ReplayThread.start({ ...threadNeeds, settings: { ...settings, looksClosely } });
          const read = (stream: string) => readConversation(store, stream, settings.end);
          const take = (results: Results) => takeResults(needs, results);
          await runUnit(thread, jobs, settings.file === undefined ? { read, take } : { take });
        } catch (error) {
          looksClosely ||= error instanceof ThreadMisled;
          if (!signal.aborted && !(error instanceof ThreadLost || error instanceof ThreadMisled)) throw error;
          thread = undefined;
        }
      }
      if (signal.aborted) return;
    }
  } finally {
    await thread?.stop();
  }
};

const hungOf = ({ at, ...hanging }: Hanging, conversations: ReplayNeeds['conversations']): Hung => {
  const { stream } = conversations[at?.job ?? -1] ?? {};
  if (at === undefined || stream === undefined) return hanging;
  return { ...hanging, stream, messageId: at.messageId };
};

const takeResults = ({ took, noted }: ReplayNeeds, results: Results): void => {
  noted(results.noted);
  for (const one of results.jobs) took(one.job, one);
};

/** A part of another conversation, for a text that went there. */
const readPart: (
  store: EventStore,
  end: string,
  stream: string,
  from: number,
) => ReturnType<ThreadNeeds['read']> = async (store, end, stream, from) => {
  for await (const events of readConversation(store, stream, end, from)) {
    const last = events.at(-1);
    // The piece may be the last: then what follows is an empty one.
    return { events: JSON.stringify(events), ...(last === undefined ? {} : { next: last.revision + 1 }) };
  }
  return { events: '[]' };
};

import { concatMap, from, groupBy, lastValueFrom, mergeMap } from 'rxjs';
import { InboundBacklog } from '../domain/backlog.js';
import { conversationCategory } from '../domain/connection.js';
import type { RecordedEvent } from '../domain/event.js';
import { messageIdOf } from '../domain/events.js';
import { inboundStatusAfter } from '../domain/inboundMessage.js';
import { isUnderstood } from '../domain/understood.js';
import { type EventStore, isRestored, type Subscription } from '../store/port.js';
import type { Actors } from './actors.js';
import { laneOf } from './partitioning.js';
import type { RunProgress } from './progress.js';
import { Semaphore } from './semaphore.js';
import type { Task, WaitingMessage } from './waiting.js';

export interface PipelineNeeds {
  readonly store: EventStore;
  readonly actors: Actors;
  readonly lanes: number;
  /** Messages taken from the store and not routed yet, at most. */
  readonly inFlight: number;
  /** Routes one message, however long the store takes; false when `stop` aborted before. Never rejects. */
  readonly route: (waiting: WaitingMessage, stop: AbortSignal) => Promise<boolean>;
  /** Called when a message is routed, or found to be. */
  readonly settled: (messageId: string) => void;
  /** Called with what was written by a newer version of the router, or by someone else: it is passed over. */
  readonly passedOver: (event: RecordedEvent) => void;
  /** Called when the store was restored to an earlier state, with what was read of it before and is not routed yet. */
  readonly recordAnew: (inHand: readonly WaitingMessage[], stop: AbortSignal) => Promise<void>;
  /** Called once when everything stored before the start has been taken up. */
  readonly caughtUp: () => void;
}

/**
 * One run of the pipeline: from the store through the lanes, from the earliest low-water mark until `stop` aborts. What is received is
 * taken in the order it was stored; a conversation's messages are routed one after the other in one lane.
 */
export const runPipeline = async (
  needs: PipelineNeeds,
  progress: RunProgress<Task>,
  stop: AbortSignal,
): Promise<void> => {
  const subscription = needs.store.subscribe({
    ...(progress.from === undefined ? {} : { from: progress.from }),
    filter: { categories: [conversationCategory] },
  });
  const close = () => subscription.close();
  stop.addEventListener('abort', close, { once: true });
  if (stop.aborted) close();
  try {
    await throughLanes(needs, tasks(needs, subscription, progress), stop);
  } catch (error) {
    if (isRestored(error)) await needs.recordAnew(progress.lowWater.all, stop);
    throw error;
  } finally {
    close();
    stop.removeEventListener('abort', close);
  }
};

const throughLanes = async (
  needs: PipelineNeeds,
  source: AsyncIterable<Task>,
  stop: AbortSignal,
): Promise<void> => {
  const lanes = from(source).pipe(
    groupBy(({ event }) => laneOf(event.stream, needs.lanes)),
    mergeMap((lane) =>
      lane.pipe(
        concatMap(async (task) => {
          const routed = !stop.aborted && (await needs.route(task, stop));
          task.end(routed ? 'routed' : 'put off');
          if (routed) needs.settled(task.messageId);
        }),
      ),
    ),
  );
  await lastValueFrom(lanes, { defaultValue: undefined });
};

/** The bounded source: with too many messages under way nothing more is pulled, so the store's pages wait on disk. */
async function* tasks(
  needs: PipelineNeeds,
  subscription: Subscription,
  progress: RunProgress<Task>,
): AsyncGenerator<Task> {
  const { actors, inFlight, caughtUp } = needs;
  const slots = new Semaphore(inFlight);
  const backlog = new InboundBacklog<Task>();
  actors.live = false;
  for await (const item of subscription) {
    if (item.kind === 'event') {
      const task = read(needs, progress, backlog, slots, item.event);
      if (task === undefined) continue;
      await slots.acquire();
      yield task;
      continue;
    }
    actors.live = true;
    progress.caughtUp();
    for (let task = backlog.take(); task !== undefined; task = backlog.take()) {
      await slots.acquire();
      yield task;
    }
    caughtUp();
  }
}

/** One event. @returns what is to be routed now */
const read = (
  { actors, inFlight, passedOver }: PipelineNeeds,
  progress: RunProgress<Task>,
  backlog: InboundBacklog<Task>,
  slots: Semaphore,
  event: RecordedEvent,
): Task | undefined => {
  const { lowWater } = progress;
  const own = progress.isOwn(event.stream, event.position);
  const understood = isUnderstood(event);
  if (own) actors.observe(event);
  if (own && !understood) passedOver(event);
  const messageId = own && understood ? waitingBy(event) : undefined;
  if (messageId === undefined) {
    lowWater.seen(event.position);
    const settled = own ? backlog.read(event) : undefined;
    if (settled !== undefined) lowWater.done(settled);
    return undefined;
  }
  const task: Task = {
    event,
    messageId,
    isNew: actors.live,
    timeline: progress.timeline,
    end: (how) => {
      if (how === 'routed') lowWater.done(task);
      slots.release();
    },
  };
  lowWater.open(task, event.position);
  if (actors.live) return task;
  if (!backlog.add(messageId, task)) lowWater.done(task);
  return backlog.size > inFlight ? backlog.take() : undefined;
};

/** The message that waits for routing by this event. */
const waitingBy = (event: RecordedEvent): string | undefined =>
  inboundStatusAfter(event) === 'waiting' ? messageIdOf(event) : undefined;

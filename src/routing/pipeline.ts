import { concatMap, from, groupBy, lastValueFrom, mergeMap } from 'rxjs';
import type { Clock } from '../domain/clock.js';
import { conversationCategory } from '../domain/connection.js';
import type { RecordedEvent } from '../domain/event.js';
import type { MessageReceived, MessageRequeued } from '../domain/events.js';
import type { Log } from '../domain/log.js';
import { LowWater } from '../store/lowWater.js';
import { MarkKeeper } from '../store/markKeeper.js';
import type { Checkpoints, EventStore, Subscription } from '../store/port.js';
import type { Actors } from './actors.js';
import { laneOf } from './lanes.js';
import { Slots } from './slots.js';

/** A message to route, and whom to tell how that ended. */
interface Task {
  readonly stream: string;
  readonly messageId: string;
  /** `routed`: it need not be taken up again. */
  readonly end: (how: 'routed' | 'put off') => void;
}

export interface PipelineNeeds {
  readonly store: EventStore;
  readonly checkpoints: Checkpoints;
  readonly actors: Actors;
  readonly clock: Clock;
  readonly log: Log;
  readonly lanes: number;
  /** Messages taken from the store and not routed yet, at most. */
  readonly inFlight: number;
  /** Routes one message, however long the store takes; false when `stop` aborted before. Never rejects. */
  readonly route: (stream: string, messageId: string, stop: AbortSignal) => Promise<boolean>;
  /** Called when a message is routed, or found to be. */
  readonly settled: (messageId: string) => void;
  /** Called once when everything stored before the start has been taken up. */
  readonly caughtUp: () => void;
}

const checkpointName = 'routing';

/**
 * One run of the pipeline: from the store through the lanes, from the checkpoint until `stop` aborts. What is received is
 * taken in the order it was stored; a conversation's messages are routed one after the other in one lane.
 */
export const runPipeline = async (needs: PipelineNeeds, stop: AbortSignal): Promise<void> => {
  const { store, checkpoints } = needs;
  const start = await checkpoints.load(checkpointName);
  const subscription = store.subscribe({
    ...(start === undefined ? {} : { from: start }),
    filter: { categories: [conversationCategory] },
  });
  const close = () => subscription.close();
  stop.addEventListener('abort', close, { once: true });
  if (stop.aborted) close();
  const lowWater = new LowWater<Task>(start);
  const keeper = new MarkKeeper(needs, checkpointName, lowWater, start);
  const ended = new AbortController();
  const keeping = keeper.run(ended.signal);
  try {
    await throughLanes(needs, tasks(needs, subscription, lowWater), stop);
  } finally {
    close();
    stop.removeEventListener('abort', close);
    ended.abort();
    await keeping;
    await keeper.save();
  }
};

const throughLanes = async (
  needs: PipelineNeeds,
  source: AsyncIterable<Task>,
  stop: AbortSignal,
): Promise<void> => {
  const lanes = from(source).pipe(
    groupBy(({ stream }) => laneOf(stream, needs.lanes)),
    mergeMap((lane) =>
      lane.pipe(
        concatMap(async ({ stream, messageId, end }) => {
          const routed = !stop.aborted && (await needs.route(stream, messageId, stop));
          end(routed ? 'routed' : 'put off');
          if (routed) needs.settled(messageId);
        }),
      ),
    ),
  );
  await lastValueFrom(lanes, { defaultValue: undefined });
};

/** The bounded source: with too many messages under way nothing more is pulled, so the store's pages wait on disk. */
async function* tasks(
  { actors, inFlight, caughtUp }: PipelineNeeds,
  subscription: Subscription,
  lowWater: LowWater<Task>,
): AsyncGenerator<Task> {
  const slots = new Slots(inFlight);
  actors.live = false;
  for await (const item of subscription) {
    if (item.kind === 'caught-up') {
      actors.live = true;
      caughtUp();
      continue;
    }
    const { event } = item;
    actors.observe(event);
    const messageId = toRoute(event);
    if (messageId === undefined) {
      lowWater.seen(event.position);
      continue;
    }
    const task: Task = {
      stream: event.stream,
      messageId,
      end: (how) => {
        if (how === 'routed') lowWater.done(task);
        slots.release();
      },
    };
    lowWater.open(task, event.position);
    await slots.take();
    yield task;
  }
}

const toRoute = ({ type, data }: RecordedEvent): string | undefined => {
  if (type === 'MessageReceived') return (data as MessageReceived['data']).messageId;
  if (type !== 'MessageRequeued') return undefined;
  const { direction, messageId } = data as MessageRequeued['data'];
  return direction === 'inbound' ? messageId : undefined;
};

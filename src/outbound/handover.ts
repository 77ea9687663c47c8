import type { RecordedEvent } from '../domain/event.js';
import { isTaken } from '../domain/outboundMessage.js';
import type { EventStore } from '../store/port.js';
import type { OutgoingText } from './gateway.js';
import { Progress } from './progress.js';
import type { Told } from './story.js';
import { isA, readStory } from './story.js';

/** What asks for attempts: the decision to send, or a person who put a dead letter back. */
export type Request = Told<'MessageSent' | 'MessageRequeued'>;

/** One set of attempts to hand one text over, as one request asks for. */
export interface Handover {
  readonly request: Request;
  readonly text: OutgoingText;
  readonly correlationId: string;
  /** An attempt whose outcome was lost may have reached the gateway. */
  readonly resumed: boolean;
  /** An attempt is under way, or its outcome is not recorded. */
  unsettled: boolean;
  /** Attempts that are recorded. */
  attempts: number;
  /** When the next attempt is due, in ms since 1970. */
  dueAt: number;
  /** The last attempt was unclear: before the next one, see whether a report has settled the doubt. */
  doubtful: boolean;
  /** A report proves that the gateway has it. */
  proven: boolean;
  /** Cancelled or discarded while it waited. */
  dropped: boolean;
}

/** A text that was sent this moment: nothing can have become of it yet. */
export const freshHandover = (sent: Told<'MessageSent'>, identity: string): Handover => ({
  request: sent,
  text: outgoing(sent, identity),
  correlationId: sent.metadata.$correlationId,
  resumed: false,
  unsettled: false,
  attempts: 0,
  dueAt: 0,
  doubtful: false,
  proven: false,
  dropped: false,
});

/** What is left to do for a request that was stored some time ago; undefined when nothing is. */
export const leftOver = async (
  store: EventStore,
  progress: Progress,
  request: Request,
  identity: string,
  told: { readonly nowMs: number; readonly unclean: boolean },
): Promise<Handover | undefined> => {
  const message = await progress.of(request);
  if (message === undefined) return undefined;
  const sent = isA(request, 'MessageSent') ? request : await readSent(store, request);
  if (sent === undefined) return undefined;
  const { attempts, retryAt } = message;
  const dueAt = retryAt === undefined ? 0 : Date.parse(retryAt);
  return {
    ...freshHandover(sent, identity),
    request,
    attempts,
    dueAt,
    // While it waits for its next attempt, none is under way that could have been cut.
    resumed: told.unclean && dueAt <= told.nowMs,
    proven: isTaken(message),
  };
};

/** True when a delivery report shows that the gateway took an attempt that was unclear. */
export const wasReported = async (store: EventStore, { request }: Handover): Promise<boolean> => {
  const message = await new Progress(store).of(request);
  return message !== undefined && isTaken(message);
};

const readSent = async (store: EventStore, request: Request): Promise<Told<'MessageSent'> | undefined> => {
  const story = await readStory(store, request.stream, request.data.messageId);
  return story?.events.find((event: RecordedEvent) => isA(event, 'MessageSent'));
};

const outgoing = (
  { data: { messageId, text, priority, inResponseToGatewayId }, metadata }: Told<'MessageSent'>,
  identity: string,
): OutgoingText => ({
  messageId,
  correlationId: metadata.$correlationId,
  identity,
  text,
  ...(priority === undefined ? {} : { priority }),
  ...(inResponseToGatewayId === undefined ? {} : { inResponseToGatewayId }),
});

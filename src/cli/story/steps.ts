import type { RecordedEvent } from '../../domain/event.js';
import type {
  ConversationEvent,
  DeliveryReported,
  DeliveryStatus,
  DispatchFailed,
  DispatchUnclear,
  MessageAbandoned,
  MessageDiscarded,
  MessageDispatched,
  MessageRequeued,
  RoutingFailed,
} from '../../domain/events.js';
import { isForeign, isNewer, isUnderstood } from '../../domain/understood.js';
import { happenedAt } from '../../explain/time.js';
import { visible } from '../../terminal/visible.js';
import { duration, type LocalClock } from '../clock.js';
import type { Row } from './row.js';

type Words = Pick<Row, 'text' | 'remark' | 'style'>;
type Said<Event extends ConversationEvent> = (
  data: Event['data'],
  clock: LocalClock,
  decidedAt?: string,
) => Words;

/** What an event says of a message that is told of already. */
const words: {
  readonly MessageDispatched: Said<MessageDispatched>;
  readonly DispatchFailed: Said<DispatchFailed>;
  readonly DispatchUnclear: Said<DispatchUnclear>;
  readonly MessageAbandoned: Said<MessageAbandoned>;
  readonly DeliveryReported: Said<DeliveryReported>;
  readonly MessageRequeued: Said<MessageRequeued>;
  readonly MessageDiscarded: Said<MessageDiscarded>;
  readonly RoutingFailed: Said<RoutingFailed>;
} = {
  MessageDispatched: ({ attempt, answer, resumed, tookMs }) => ({
    text: `attempt ${attempt}    ${visible(answer)}`,
    remark: [
      ...(tookMs === undefined ? [] : [duration(tookMs)]),
      ...(resumed === true ? ['perhaps a second copy: the router had been cut short'] : []),
    ].join(', '),
  }),
  DispatchFailed: ({ attempt, code, detail, retryAt }, clock) => ({
    text: `attempt ${attempt}    ${code}: ${visible(detail)}`,
    ...(retryAt === undefined ? {} : { remark: `next at ${clock.time(retryAt)}` }),
  }),
  DispatchUnclear: ({ attempt, detail, policy, retryAt }, clock) => ({
    text: `attempt ${attempt}    outcome unknown: ${visible(detail)}`,
    ...(retryAt === undefined ? {} : { remark: `sent once more at ${clock.time(retryAt)}` }),
    ...(policy === 'hold' ? { style: 'attention' } : {}),
  }),
  MessageAbandoned: ({ attempts, code, detail }) => ({
    text: `given up after ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}: ${code}: ${visible(detail)}`,
    style: 'attention',
  }),
  DeliveryReported: ({ status, text, reportedAt }, _clock, decidedAt) => ({
    text: [reports[status] ?? status, ...(text === undefined || text === '' ? [] : [visible(text)])].join(
      ': ',
    ),
    ...(decidedAt === undefined
      ? {}
      : { remark: `${duration(sinceMs(decidedAt, reportedAt))} after the answer` }),
    ...(status === 'failed' || status === 'rejected' ? { style: 'attention' } : {}),
  }),
  MessageRequeued: ({ by, why }) => ({ text: `put back by ${visible(by)}${reason(why)}` }),
  MessageDiscarded: ({ by, why }) => ({ text: `closed by ${visible(by)}${reason(why)}` }),
  RoutingFailed: ({ app, phase, error }) => ({
    text: `failed in ${phase} of ${app}: ${visible(error)}`,
    style: 'attention',
  }),
};

const reports: Readonly<Record<DeliveryStatus, string>> = {
  delivered: 'delivered',
  failed: 'not delivered',
  buffered: 'waits at the operator',
  accepted: 'accepted by the operator',
  rejected: 'rejected by the operator',
  intermediate: 'on its way',
};

const reason = (why: string | undefined): string => (why === undefined ? '' : `: ${visible(why)}`);

/** A clock may have gone back meanwhile. */
const sinceMs = (from: string, to: string): number => Math.max(0, Date.parse(to) - Date.parse(from));

/** @param decidedAt - of the text that it is about */
export const stepRow = (event: RecordedEvent, clock: LocalClock, decidedAt?: string): Row => {
  const say = words[event.type as keyof typeof words] as Said<ConversationEvent> | undefined;
  if (say === undefined || !isUnderstood(event)) return otherRow(event, clock);
  return { time: clock.time(happenedAt(event)), lead: '   ', ...say(event.data as never, clock, decidedAt) };
};

/** An event as it is: of no type that is known here, or in words of its own. */
export const otherRow = (event: RecordedEvent, clock: LocalClock): Row => {
  const { type, data, metadata } = event;
  const remark = isNewer(event)
    ? `of a newer version of the router (schema ${metadata.schema})`
    : isForeign(event)
      ? "another program's, under a name of the router's"
      : "another program's";
  return {
    time: clock.time(happenedAt(event)),
    lead: '   ',
    text: `${visible(type)} ${visible(JSON.stringify(data))}`,
    remark,
  };
};

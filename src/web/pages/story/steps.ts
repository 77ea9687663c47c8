import type { RecordedEvent } from '../../../domain/event.js';
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
} from '../../../domain/events.js';
import type { Formats } from '../formats.js';

/** What an event says of a message that is told of already. */
export interface StepWords {
  readonly title: string;
  readonly tone?: 'good' | 'wait' | 'bad' | 'doubt';
  /** Word for word, what another program said. */
  readonly said?: string | undefined;
  readonly remark?: string;
}

type Words<Event extends ConversationEvent> = (data: Event['data'], formats: Formats) => StepWords;

const codings = { gsm: 'GSM 7-bit', '8bit': '8 bit', ucs2: 'UCS-2' } as const;

const reports: Readonly<Record<DeliveryStatus, Pick<StepWords, 'title' | 'tone'>>> = {
  delivered: { title: 'Report: delivered', tone: 'good' },
  failed: { title: 'Report: not delivered', tone: 'bad' },
  buffered: { title: 'Report: waits at the network' },
  accepted: { title: 'Report: accepted by the network' },
  rejected: { title: 'Report: refused by the network', tone: 'bad' },
  intermediate: { title: 'Report: on its way' },
};

const words: {
  readonly MessageDispatched: Words<MessageDispatched>;
  readonly DispatchFailed: Words<DispatchFailed>;
  readonly DispatchUnclear: Words<DispatchUnclear>;
  readonly MessageAbandoned: Words<MessageAbandoned>;
  readonly DeliveryReported: Words<DeliveryReported>;
  readonly MessageRequeued: Words<MessageRequeued>;
  readonly MessageDiscarded: Words<MessageDiscarded>;
  readonly RoutingFailed: Words<RoutingFailed>;
} = {
  MessageDispatched: ({ attempt, answer, coding, parts, resumed, tookMs }, formats) => ({
    title: `Attempt ${attempt}: the gateway took it`,
    said: answer,
    remark: [
      ...(coding === undefined ? [] : [codings[coding] ?? coding]),
      ...(parts === undefined ? [] : [`${parts} ${parts === 1 ? 'part' : 'parts'}`]),
      ...(tookMs === undefined ? [] : [`in ${formats.duration(tookMs)}`]),
      ...(resumed === true ? ['perhaps a second copy: the router had been cut short'] : []),
    ].join(', '),
  }),
  DispatchFailed: ({ attempt, code, detail, retryAt }, formats) => ({
    title: `Attempt ${attempt} failed`,
    tone: 'wait',
    said: `${code}: ${detail}`,
    ...(retryAt === undefined ? {} : { remark: `Tried again by itself, at ${formats.exactTime(retryAt)}.` }),
  }),
  DispatchUnclear: ({ attempt, detail, policy, retryAt }, formats) => ({
    title: `Attempt ${attempt}: nobody knows whether it left`,
    tone: 'doubt',
    said: detail,
    remark:
      policy === 'hold' || retryAt === undefined
        ? 'A person decides.'
        : `Sent once more at ${formats.exactTime(retryAt)}.`,
  }),
  MessageAbandoned: ({ attempts, code, detail }) => ({
    title: `Given up after ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}`,
    tone: 'bad',
    said: `${code}: ${detail}`,
    remark: 'A person decides.',
  }),
  DeliveryReported: ({ status, code, text }) => ({
    ...(reports[status] ?? { title: `Report: ${status}` }),
    said: [code, text].filter((part) => part !== undefined && part !== '').join(': '),
  }),
  MessageRequeued: ({ by, why }) => ({ title: `Put back by ${by}`, ...reasonOf(why) }),
  MessageDiscarded: ({ by, why }) => ({ title: `Closed by ${by}`, ...reasonOf(why) }),
  RoutingFailed: ({ app, phase, error }) => ({
    title: `Failed in ${phase} of ${app}`,
    tone: 'bad',
    said: error,
  }),
};

const reasonOf = (why: string | undefined): Pick<StepWords, 'remark'> =>
  why === undefined ? {} : { remark: why };

/** Undefined for an event of no type that is known here. */
export const stepWords = ({ type, data }: RecordedEvent, formats: Formats): StepWords | undefined => {
  const say = words[type as keyof typeof words] as Words<ConversationEvent> | undefined;
  return say?.(data as never, formats);
};

// The names and fields below are what the store holds: a contract. Add fields, never rename or retype one.
// Every `…At` is an ISO string in UTC. docs/events.md describes each event for people.
import type { Connection } from './connection.js';
import type { DomainEvent } from './event.js';

/** The version of the shapes below, written to the metadata of each event. */
export const schemaVersion = 1;

/** What the gateway told with a message, as far as it told it. */
export interface GatewayFacts {
  /** The gateway's own id for the message: a retry repeats it. Recognised for ever. */
  readonly id?: string;
  readonly smsc?: string;
  /** The address the message was sent to: our short code or number. */
  readonly receiver?: string;
  readonly charset?: string;
  readonly coding?: string;
  /** When the gateway says it got the message: as it wrote it. */
  readonly time?: string;
  /** The text before the gateway squeezed its white space. */
  readonly rawText?: string;
  /** Everything else it told, by its name. */
  readonly other?: Readonly<Record<string, string>>;
}

export type MessageReceived = DomainEvent<
  'MessageReceived',
  {
    readonly messageId: string;
    readonly text: string;
    readonly receivedAt: string;
    readonly gateway?: GatewayFacts;
  }
>;

export type Phase = 'filter' | 'parse' | 'handle' | 'default' | 'cleanup' | 'outgoing';

/** One call of one app: what it answered and how long it took. */
export interface TraceEntry {
  readonly phase: Phase;
  readonly app: string;
  /** `true`, `false` or `undefined` as returned, `threw` with `error`, or `timeout`. */
  readonly result: 'true' | 'false' | 'none' | 'threw' | 'timeout';
  readonly microseconds: number;
  readonly error?: string;
  /** The text after this call, when the call changed it. */
  readonly text?: string;
  /** Replies this app had queued when a filter dropped them. */
  readonly dropped?: number;
}

/** Which process took a decision: its name, and the id of the `RouterStarted` that tells what code it ran. */
export interface Decider {
  readonly node: string;
  readonly run: string;
}

/** What a decision went by, so that it can be explained and taken again. Events of before this was recorded have none of it. */
export interface Basis {
  readonly by?: Decider;
  /** The revision of the stream up to which the apps knew the conversation; absent when nothing had been stored in it. */
  readonly seen?: string;
}

export type RoutingOutcome = 'handled' | 'answered' | 'defaulted' | 'filtered' | 'unhandled' | 'duplicate';

export type MessageRouted = DomainEvent<
  'MessageRouted',
  {
    readonly messageId: string;
    readonly outcome: RoutingOutcome;
    /** The app that handled, answered, defaulted or filtered it. */
    readonly app?: string;
    /** For a duplicate: the message that it repeats. */
    readonly duplicateOf?: string;
    readonly trace: readonly TraceEntry[];
    /** The texts that it led to in other conversations. */
    readonly elsewhere?: readonly (Connection & { readonly messageId: string })[];
    readonly routedAt: string;
  } & Basis
>;

export type RoutingFailed = DomainEvent<
  'RoutingFailed',
  {
    readonly messageId: string;
    readonly app: string;
    readonly phase: Phase;
    readonly error: string;
    readonly trace: readonly TraceEntry[];
    readonly failedAt: string;
  } & Basis
>;

/** How a text came to be what it is. Its `by` stands in the `MessageRouted` of the message that it follows, if there is one. */
export interface Making extends Basis {
  /** Whose message it follows, when that is another conversation. */
  readonly from?: Connection;
  /** The text before the outgoing phase, when that changed it. */
  readonly decidedText?: string;
  /** The calls of the outgoing phase. */
  readonly trace?: readonly TraceEntry[];
}

export type MessageSent = DomainEvent<
  'MessageSent',
  {
    readonly messageId: string;
    readonly inResponseTo?: string;
    /** The gateway's id of the message that this answers. */
    readonly inResponseToGatewayId?: string;
    /** The app that decided it; absent when it came from the send API. */
    readonly app?: string;
    /** Who asked the send API for it. */
    readonly askedBy?: string;
    readonly text: string;
    readonly priority?: number;
    readonly sentAt: string;
  } & Making
>;

export type MessageCancelled = DomainEvent<
  'MessageCancelled',
  {
    readonly messageId: string;
    readonly inResponseTo?: string;
    /** The app that decided the text, absent when it came from the send API. */
    readonly app?: string;
    /** As of `MessageSent`. */
    readonly askedBy?: string;
    readonly text: string;
    /** The app whose outgoing phase stopped it. */
    readonly cancelledBy: string;
    readonly cancelledAt: string;
  } & Making
>;

export type MessageDispatched = DomainEvent<
  'MessageDispatched',
  {
    readonly messageId: string;
    /** 1 for the first. */
    readonly attempt: number;
    /** What the gateway answered, word for word (shortened). */
    readonly answer: string;
    /** The gateway's own id for the text, if it told one. */
    readonly gatewayId?: string;
    /** Data coding handed to the gateway: `gsm` 7-bit, `8bit` or `ucs2`. */
    readonly coding?: 'gsm' | '8bit' | 'ucs2';
    /** Into how many short messages the text is cut. */
    readonly parts?: number;
    /**
     * True when the router stopped without warning before this attempt and the message was not final then: an attempt
     * whose outcome was lost may have reached the gateway before this one.
     */
    readonly resumed?: boolean;
    /** How long the gateway took to answer, in milliseconds. */
    readonly tookMs?: number;
    readonly dispatchedAt: string;
  }
>;

/** Why an attempt failed; `outbound/` holds the policy that reads it. */
export type SendErrorCode = 'unreachable' | 'throttled' | 'rejected' | 'unclear' | 'misconfigured';

export type DispatchFailed = DomainEvent<
  'DispatchFailed',
  {
    readonly messageId: string;
    readonly attempt: number;
    readonly code: SendErrorCode;
    readonly detail: string;
    readonly tookMs?: number;
    /** When the next attempt is due; absent when there is none. */
    readonly retryAt?: string;
    readonly failedAt: string;
  }
>;

export type DispatchUnclear = DomainEvent<
  'DispatchUnclear',
  {
    readonly messageId: string;
    readonly attempt: number;
    readonly detail: string;
    /** `hold`: it waits for a person. `resend`: the next attempt follows at `retryAt`, perhaps a second copy. */
    readonly policy: 'hold' | 'resend';
    readonly tookMs?: number;
    readonly retryAt?: string;
    readonly failedAt: string;
  }
>;

export type MessageAbandoned = DomainEvent<
  'MessageAbandoned',
  {
    readonly messageId: string;
    readonly code: SendErrorCode | 'unknown-backend';
    readonly detail: string;
    readonly attempts: number;
    readonly abandonedAt: string;
  }
>;

export type DeliveryStatus = 'delivered' | 'failed' | 'buffered' | 'accepted' | 'rejected' | 'intermediate';

export type DeliveryReported = DomainEvent<
  'DeliveryReported',
  {
    readonly messageId: string;
    readonly status: DeliveryStatus;
    /** The gateway's own code, e.g. Kannel's `8`. */
    readonly code: string;
    /** The gateway's or SMSC's own words. */
    readonly text?: string;
    readonly gateway?: GatewayFacts;
    readonly reportedAt: string;
  }
>;

export type MessageRequeued = DomainEvent<
  'MessageRequeued',
  {
    readonly messageId: string;
    readonly direction: 'inbound' | 'outbound';
    readonly by: string;
    readonly why?: string;
    readonly requeuedAt: string;
  }
>;

/** A dead letter that someone closed without another try. */
export type MessageDiscarded = DomainEvent<
  'MessageDiscarded',
  {
    readonly messageId: string;
    readonly direction: 'inbound' | 'outbound';
    readonly by: string;
    readonly why?: string;
    readonly discardedAt: string;
  }
>;

/** All that the router itself writes to a conversation. Apps add facts of their own, `<app>.<Fact>`. */
export type ConversationEvent =
  | MessageReceived
  | MessageRouted
  | RoutingFailed
  | MessageSent
  | MessageCancelled
  | MessageDispatched
  | DispatchFailed
  | DispatchUnclear
  | MessageAbandoned
  | DeliveryReported
  | MessageRequeued
  | MessageDiscarded;

/** The message that an event is about; undefined for what apps recorded. */
export const messageIdOf = ({ data }: DomainEvent): string | undefined => {
  const { messageId }: { messageId?: unknown } = data;
  return typeof messageId === 'string' ? messageId : undefined;
};

/** In `inbound-<backend>`: a request that could not be understood, whole. */
export type InboundRejected = DomainEvent<
  'InboundRejected',
  {
    readonly reason: string;
    readonly request: {
      readonly method: string;
      /** Path and query exactly as they came, still percent-encoded. */
      readonly url: string;
      readonly contentType?: string;
      /** Base64 of the body, cut at 64 KiB. */
      readonly body?: string;
    };
    readonly rejectedAt: string;
  }
>;

/** Someone had a refused request read anew, with the configuration of then. */
export type InboundRequeued = DomainEvent<
  'InboundRequeued',
  {
    /** Id of the `InboundRejected`. */
    readonly rejection: string;
    /** What it was read as; absent for a report. */
    readonly messageId?: string;
    readonly by: string;
    readonly why?: string;
    readonly requeuedAt: string;
  }
>;

/** Someone closed a refused request. */
export type InboundDiscarded = DomainEvent<
  'InboundDiscarded',
  {
    readonly rejection: string;
    readonly by: string;
    readonly why?: string;
    readonly discardedAt: string;
  }
>;

/** What the `handle` of an app takes, as far as it is made of keywords and patterns. */
export interface Takes {
  readonly keywords?: readonly string[];
  /** As regular expressions are written: `/^stop$/i`. */
  readonly patterns?: readonly string[];
}

/** An app, where it came from, and what it takes. */
export interface AppOrigin {
  readonly name: string;
  readonly source: string;
  readonly sha256?: string;
  readonly takes?: Takes;
}

/** In `router-<node>`: which code and configuration gives the answers from here on. */
export type RouterStarted = DomainEvent<
  'RouterStarted',
  {
    readonly version: string;
    readonly node: string;
    readonly nodeVersion: string;
    readonly apps: readonly AppOrigin[];
    /** The backends' configuration, secrets blanked. */
    readonly backends: Readonly<Record<string, object>>;
    readonly startedAt: string;
  }
>;

/** In `router-<node>`: it stopped in order, so nothing was cut short. */
export type RouterStopped = DomainEvent<
  'RouterStopped',
  { readonly node: string; readonly stoppedAt: string }
>;

/** In `backend-<backend>`: a person stops its lane. Texts wait from here on; what is in flight ends as it would. */
export type BackendPaused = DomainEvent<
  'BackendPaused',
  {
    readonly backend: string;
    readonly by: string;
    readonly why: string;
    readonly pausedAt: string;
  }
>;

/** In `backend-<backend>`: a person lets its lane go on. */
export type BackendResumed = DomainEvent<
  'BackendResumed',
  {
    readonly backend: string;
    readonly by: string;
    readonly why?: string;
    readonly resumedAt: string;
  }
>;

/** In `audit-<node>`, with `audit.record`: someone asks what happened. Stored before it is answered. */
export type AuditAsked = DomainEvent<
  'AuditAsked',
  {
    /** Who: a user, `token:` and the name of a token, `ann at a terminal`, or `development`. */
    readonly by: string;
    readonly about:
      | 'messages'
      | 'events'
      | 'tail'
      | 'explain'
      | 'number'
      | 'connections'
      | 'deadletters'
      | 'refused'
      | 'acts';
    /** Each part as it was asked. */
    readonly question: Readonly<Record<string, string>>;
    readonly askedAt: string;
  }
>;

/** In `audit-<node>`: how much was read. Where it is missing, the process was cut short. */
export type AuditAnswered = DomainEvent<
  'AuditAnswered',
  {
    /** Id of the `AuditAsked`. */
    readonly question: string;
    readonly rows: number;
    /** False when the reader broke it off. */
    readonly complete: boolean;
    readonly answeredAt: string;
  }
>;

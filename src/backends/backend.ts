import type { ZodType } from 'zod';
import type { DeliveryStatus, GatewayFacts, SendErrorCode } from '../domain/events.js';
import type { Gateway } from '../outbound/gateway.js';

/** A request of a gateway as it came over the wire: nothing decoded, because only the backend knows in which charset. */
export interface InboundRequest {
  readonly method: 'GET' | 'POST';
  /** What stands behind the `?`, still percent-encoded; '' without one. */
  readonly query: string;
  /** The Content-Type header, if any. */
  readonly contentType?: string;
  /** The raw body; empty for GET. */
  readonly body: Buffer;
}

/** A delivery report. */
export interface InboundReport {
  readonly kind: 'report';
  readonly identity: string;
  readonly messageId: string;
  /** The correlation of the text that it reports on. */
  readonly correlationId: string;
  readonly status: DeliveryStatus;
  /** The gateway's own code. */
  readonly code: string;
  readonly text?: string;
  readonly gateway?: GatewayFacts;
}

/** What a backend made of a request. Whoever mounts the route stores it, then answers. */
export type Inbound =
  | {
      readonly kind: 'message';
      readonly identity: string;
      readonly text: string;
      readonly gateway?: GatewayFacts;
    }
  | InboundReport
  /** Not understood: answered 4xx with this sentence, which says what was expected. */
  | { readonly kind: 'rejected'; readonly status: 400 | 403 | 413 | 415; readonly reason: string };

/** One address that a gateway calls. */
export interface InboundRoute {
  readonly methods: readonly ('GET' | 'POST')[];
  /** Below the backend's own address, e.g. `/` or `/dlr/`. */
  readonly path: string;
  /** Who calls it proves by a signature that we gave out the address. */
  readonly isSigned?: true;
  /** Never throws for bad input: that is `rejected`. */
  read(request: InboundRequest): Inbound;
  /** The body of the 200 when it is stored. Kannel sends a body to the phone as an SMS, so it must be empty there. */
  readonly success: string;
}

/** What a gateway answers that is asked whether it would take texts. */
export interface Asked {
  /** `willing`: as far as can be told without a text. `strange`: no gateway of this kind answers so. `foreign`: what answers speaks no HTTP, or no TLS. Else what a text would meet. */
  readonly verdict: 'willing' | 'strange' | 'foreign' | SendErrorCode;
  /** What it said, or why it did not: one line, without secrets. */
  readonly said: string;
  /** True when it sends us on to another address, which no text follows. */
  readonly isSentOn?: true;
  /** Its clock, as it told it: a Date header. */
  readonly date?: string;
}

/** How a gateway sees itself. */
export interface GatewayView {
  /** In its own word; `running` when it works. */
  readonly state: string;
  /** Whether what takes our texts is connected to it. */
  readonly takesTexts: boolean;
  /** Its connections to the network. */
  readonly links: readonly {
    readonly id: string;
    /** In its own words: `online 5s`, `connecting`, … */
    readonly status: string;
    readonly isUp: boolean;
    readonly queued: number;
  }[];
  /** Messages for us that wait there. */
  readonly waiting: number;
}

/** A named backend of the configuration: where its gateway calls us, and how we call it. */
export interface Backend {
  readonly name: string;
  readonly engine: string;
  /** Where its routes are mounted, with slashes at both ends, e.g. `/backend/my-kannel-backend/`. */
  readonly path: string;
  readonly routes: readonly InboundRoute[];
  readonly gateway: Gateway;
  /** Where texts go, for people: without secrets. */
  readonly address: string;
  /** Its texts ask for delivery reports. */
  readonly wantsReports: boolean;
  /** Asks the gateway whether it would take texts, by a request that has none. Never rejects. */
  ask(timeoutMs: number): Promise<Asked>;
  /** How the gateway sees itself; undefined: it is not configured where to ask. @throws {Error} with a sentence */
  view(timeoutMs: number): Promise<GatewayView> | undefined;
}

/** What an engine gets from outside to make a backend. */
export interface BackendContext {
  /** Where gateways reach this router, without a slash at the end, e.g. `http://127.0.0.1:8000`: for report addresses. */
  readonly publicUrl: string;
  /** Signs the addresses that we hand out, so that no one can forge a report. */
  readonly secret: string;
  /** Stores what a gateway reports that lives within this process, as if it had called. Never rejects. */
  readonly tell: (report: InboundReport) => Promise<void>;
}

/** One kind of gateway: `kannel`, `http`, … A folder each, read in one order: config, receive, report, send. */
export interface BackendEngine<Config> {
  readonly engine: string;
  /** The prefix of its backends' addresses unless their config sets `path`, e.g. `/backend`. */
  readonly prefix: string;
  /** Its phones are nobody's: what apps send from them to another backend must reach no one. */
  readonly isPlayed?: true;
  /** The keys it takes beside those that every backend has. */
  readonly config: ZodType<Config>;
  create(name: string, path: string, config: Config, context: BackendContext): Backend;
}

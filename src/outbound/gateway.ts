import type { MessageDispatched, SendErrorCode } from '../domain/events.js';

/** A text on its way out. */
export interface OutgoingText {
  readonly messageId: string;
  /** What it belongs to: a delivery report that gives it back is kept with the same. */
  readonly correlationId: string;
  readonly identity: string;
  readonly text: string;
  readonly priority?: number;
  /** The gateway's id of the message that this answers. */
  readonly inResponseToGatewayId?: string;
}

/** What the gateway said when it took a text: the facts of {@link MessageDispatched}. */
export type Accepted = Pick<MessageDispatched['data'], 'answer' | 'gatewayId' | 'coding' | 'parts'>;

export interface Gateway {
  /**
   * Hand one text to the gateway. One attempt: whether and when to try again is the caller's choice.
   *
   * @param timeoutMs - limit for the whole attempt, connecting included
   * @throws {SendError} and nothing else
   */
  send(text: OutgoingText, timeoutMs: number): Promise<Accepted>;
  /** Frees sockets. No send is in flight. */
  close(): void;
}

const factsByCode = {
  /** The gateway cannot be reached: the text never left us. */
  unreachable: { maybeSent: false },
  /** The gateway asked to slow down, or is in trouble for the moment. The text was not taken. */
  throttled: { maybeSent: false },
  /** The gateway will never take this text. */
  rejected: { maybeSent: false },
  /** It left us, and no answer tells whether it was taken. */
  unclear: { maybeSent: true },
  /** The gateway takes nothing from us until a person mends something: a wrong password, a wrong address. */
  misconfigured: { maybeSent: false },
} as const satisfies Record<SendErrorCode, { maybeSent: boolean }>;

/** An attempt that did not end in an acceptance. What follows from it is the policy's business (`outbound/`). */
export class SendError extends Error {
  override readonly name = 'SendError';
  readonly code: SendErrorCode;
  /** True when a retry could send the text twice. */
  readonly maybeSent: boolean;

  /** @param message - what the gateway answered or what went wrong, in one line, without secrets */
  constructor(code: SendErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
    this.maybeSent = factsByCode[code].maybeSent;
  }
}

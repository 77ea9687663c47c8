import type { Connection } from '../domain/connection.js';
import type { DomainEvent } from '../domain/event.js';
import type { GatewayFacts } from '../domain/events.js';

/** One thing an app did with a message. */
export type Effect =
  | {
      readonly kind: 'text';
      readonly to: Connection;
      readonly text: string;
      readonly priority?: number;
      readonly reply: boolean;
    }
  | { readonly kind: 'fact'; readonly fact: DomainEvent };

export interface TextOptions {
  /** Handed to the gateway; what it means is the gateway's business. Kannel: 0 to 3. */
  readonly priority?: number;
}

/** What all calls of all phases share of one message. */
export interface MessageBody {
  readonly id: string;
  readonly connection: Connection;
  text: string;
  readonly rawText: string;
  readonly receivedAt: string;
  readonly gateway: GatewayFacts;
  readonly fields: Record<string, unknown>;
  handled: boolean;
  responded: boolean;
}

const nothing: readonly Effect[] = [];

/**
 * The message as one call of one phase sees it. It collects what the app does; that counts when the call ends well, and
 * is dropped when it throws or takes too long, so that a half-done call leaves nothing behind.
 */
export class IncomingMessage<Fact extends DomainEvent = DomainEvent> {
  readonly #body: MessageBody;
  /** Made when there is one: most calls do nothing. */
  #effects: Effect[] | undefined;
  #text: string;
  #open = true;

  constructor(body: MessageBody) {
    this.#body = body;
    this.#text = body.text;
  }

  get id(): string {
    return this.#body.id;
  }
  get connection(): Connection {
    return this.#body.connection;
  }
  /** The text the apps go by: a phase may change it for those after it. */
  get text(): string {
    return this.#text;
  }
  set text(text: string) {
    this.#stillOpen();
    this.#text = checkText(text);
  }
  /** The text as it came. */
  get rawText(): string {
    return this.#body.rawText;
  }
  /** ISO, UTC. */
  get receivedAt(): string {
    return this.#body.receivedAt;
  }
  /** What the gateway told with it. */
  get gateway(): GatewayFacts {
    return this.#body.gateway;
  }
  /** Free: what one app's parse finds, another's handle may use. Not stored. */
  get fields(): Record<string, unknown> {
    return this.#body.fields;
  }
  /** An app has answered `true` in handle. */
  get handled(): boolean {
    return this.#body.handled;
  }
  /** An app has responded, in this or an earlier call. */
  get responded(): boolean {
    return (
      this.#body.responded ||
      (this.#effects?.some((effect) => effect.kind === 'text' && effect.reply) ?? false)
    );
  }

  /** Answers the sender, after cleanup, in the order of the calls. */
  respond(text: string, options: TextOptions = {}): void {
    this.#add(textEffect(this.connection, text, true, options));
  }

  /** Sends a text to someone else: an identity on the same backend, or any connection. */
  send(to: string | Connection, text: string, options: TextOptions = {}): void {
    const connection = typeof to === 'string' ? { backend: this.connection.backend, identity: to } : to;
    checkConnection(connection);
    this.#add(textEffect(connection, text, false, options));
  }

  /** Remembers a fact of this conversation; `evolve` folds it into the app's state. Plain JSON, stored as `<app>.<type>`. */
  record(fact: Fact): void {
    if (!/^[A-Za-z]\w*$/.test(fact.type)) throw new TypeError(`A fact's type is a word: got ${fact.type}.`);
    this.#add({ kind: 'fact', fact: { type: fact.type, data: fact.data } });
  }

  /** The call is over: what was done is handed over, and what comes later (from a call cut short) is refused. */
  close(): readonly Effect[] {
    this.#open = false;
    return this.#effects ?? nothing;
  }

  #add(effect: Effect): void {
    this.#stillOpen();
    this.#effects ??= [];
    this.#effects.push(effect);
  }

  #stillOpen(): void {
    if (!this.#open) throw new Error('This message has gone on without you: the phase had ended.');
  }
}

const textEffect = (to: Connection, text: string, reply: boolean, options: TextOptions | null): Effect => {
  const priority = options?.priority;
  checkText(text);
  return priority === undefined
    ? { kind: 'text', to, text, reply }
    : { kind: 'text', to, text, reply, priority };
};

/** @throws {TypeError} for what is no text */
export const checkText = (text: string): string => {
  if (typeof text !== 'string') throw new TypeError(`A text is a string: got ${typeof text}.`);
  return text;
};

/** @throws {TypeError} for what can be no one's address */
export const checkConnection = (connection: unknown): void => {
  const { backend, identity } = (connection ?? {}) as Partial<Record<keyof Connection, unknown>>;
  if (typeof backend === 'string' && typeof identity === 'string' && identity !== '') return;
  throw new TypeError('A text goes to an identity, or to a { backend, identity }: neither may be empty.');
};

/** @throws {TypeError} for what is no list, or has something in it that can be no one's address */
export const checkConnections = (connections: unknown): void => {
  if (!Array.isArray(connections))
    throw new TypeError('A text is sent to a list of connections: [{ backend, identity }, …].');
  for (const connection of connections) checkConnection(connection);
};

/** A text on its way out, as the `outgoing` phase sees it. */
export interface OutgoingMessage {
  readonly connection: Connection;
  text: string;
  /** The app that decided it; absent when it came from the send API. */
  readonly app?: string;
  readonly inResponseTo?: string;
  readonly priority?: number;
}

import type { Connection } from '../domain/connection.js';
import type { DomainEvent } from '../domain/event.js';
import type { IncomingMessage, OutgoingMessage } from './message.js';
import { type AppPage, checkPages } from './pages.js';

/** What is known of the person, as the apps tell it. */
export interface Contact {
  readonly name?: string;
  /** A BCP 47 tag, e.g. `sw`. */
  readonly language?: string;
}

/** What the conversation has been so far, the message at hand included. */
export interface ConversationFacts {
  readonly connection: Connection;
  readonly received: number;
  readonly sent: number;
  /** ISO, UTC. */
  readonly firstReceivedAt?: string;
}

export interface Context<State = undefined> {
  readonly conversation: ConversationFacts;
  readonly contact: Contact;
  /** The app's own memory of this conversation, with what it recorded on this message. */
  readonly state: State;
  /** The time to go by. A replay hands over the recorded one, so an app that reads no other clock can be replayed. */
  readonly now: Date;
}

/** `true` (exactly) is the answer that means something in filter, handle and default; `false` (exactly) in outgoing. */
export type PhaseResult = unknown;

type IncomingPhase<State, Fact extends DomainEvent> = (
  message: IncomingMessage<Fact>,
  context: Context<State>,
) => PhaseResult;

/**
 * An app: a name and any of the phases. In each phase all apps are asked in the configured order; in `outgoing` in
 * reverse. A phase may be async; then a replay cannot promise the same answers.
 *
 * An app that throws in `filter`, `parse`, `cleanup` or `outgoing` is noted in the trace and the next app goes on; what it
 * did in that call is dropped. In `handle` and `default` the message goes to the dead letters with the error.
 */
export interface App<State = undefined, Fact extends DomainEvent = DomainEvent> {
  /** Letters, digits, `-` and `_`. Its facts are stored as `<name>.<Fact>`, so it is a stored name: keep it. */
  readonly name: string;
  /** `true` stops everything: no further phase, and replies queued before are dropped. */
  filter?: IncomingPhase<State, Fact>;
  /** Prepares `message.fields` for the others. Its answer is ignored. */
  parse?: IncomingPhase<State, Fact>;
  /** `true`: handled, no further app is asked. */
  handle?: IncomingPhase<State, Fact>;
  /** Asked only when no app handled the message and none responded. `true`: no further app is asked. */
  default?: IncomingPhase<State, Fact>;
  /** Asked last, for every message that was not filtered. */
  cleanup?: IncomingPhase<State, Fact>;
  /** Asked for each text on its way out. `false` stops it; `message.text` may be changed. */
  outgoing?: (message: OutgoingMessage, context: Context<State>) => PhaseResult;
  /** The memory of a conversation of which nothing is known. */
  readonly initial?: State;
  /** The memory after one more fact of this app. Pure: no clock, no chance, no I/O; never changes `state`. */
  evolve?: (state: State, fact: Fact) => State;
  /** What this app's memory tells about the person, for the other apps' `context.contact`. */
  contact?: (state: State) => Contact;
  /** Pages of its own, for who runs the service. */
  readonly pages?: readonly AppPage[];
}

/** Any app, whatever it remembers: as the router holds it. */
// biome-ignore lint/suspicious/noExplicitAny: State and Fact are the app's own business, and both stand in argument positions.
export type AnyApp = App<any, any>;

const phases = ['filter', 'parse', 'handle', 'default', 'cleanup', 'outgoing', 'evolve', 'contact'] as const;
const known = new Set<string>(['name', 'initial', 'pages', ...phases]);

/**
 * Declares an app, so that the compiler infers its memory and its facts.
 *
 * @throws {TypeError} when it could not work: a bad name, a phase that is no function, a misspelt key, an `evolve` without `initial`
 */
export const defineApp = <State = undefined, Fact extends DomainEvent = DomainEvent>(
  app: App<State, Fact>,
): App<State, Fact> => {
  checkApp(app);
  return app;
};

/** @throws {TypeError} what is wrong with it, in one sentence */
export function checkApp(app: unknown): asserts app is AnyApp {
  if (typeof app !== 'object' || app === null)
    throw new TypeError('An app is an object with a name and phases.');
  const { name } = app as { name?: unknown };
  if (typeof name !== 'string' || !/^[A-Za-z][\w-]*$/.test(name)) {
    throw new TypeError(`An app needs a name of letters, digits, - and _: got ${JSON.stringify(name)}.`);
  }
  const candidate = app as Record<string, unknown>;
  for (const key of Object.keys(candidate)) {
    if (!known.has(key))
      throw new TypeError(`App ${name} has an unknown key ${key}; known: ${[...known].join(', ')}.`);
  }
  for (const phase of phases) {
    if (candidate[phase] !== undefined && typeof candidate[phase] !== 'function') {
      throw new TypeError(`App ${name}: ${phase} must be a function.`);
    }
  }
  checkPages(name, candidate.pages);
  if (candidate.evolve !== undefined && candidate.initial === undefined) {
    throw new TypeError(`App ${name} has evolve, so it needs an initial state.`);
  }
}

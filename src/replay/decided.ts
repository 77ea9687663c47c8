import type { Connection } from '../domain/connection.js';
import type { RoutingDecision } from '../domain/decide.js';
import type { DomainEvent, NewEvent } from '../domain/event.js';
import type { MessageCancelled, MessageRouted, MessageSent, RoutingFailed } from '../domain/events.js';
import type { ToldEvent } from './groups.js';
import type { Answers } from './why.js';

/** A text that was decided on, and what became of it in the outgoing phase. */
export interface ReplayedText {
  readonly to: Connection;
  readonly text: string;
  readonly app?: string;
  readonly priority?: number;
  /** The app whose outgoing phase stopped it. */
  readonly stoppedBy?: string;
}

/** What became of a message, then or now: as far as anyone but the router can notice. */
export type Decided = (
  | {
      readonly kind: 'routed';
      readonly outcome: MessageRouted['data']['outcome'];
      readonly app?: string;
      readonly texts: readonly ReplayedText[];
      readonly facts: readonly DomainEvent[];
      /** It does not list its texts to others than this one: of those only such are known as the re-run writes to as well. */
      readonly listsOnly?: Connection;
    }
  | ({
      readonly kind: 'failed';
      /** A phase, or what else of an app was called. */
      readonly phase: string;
    } & Pick<RoutingFailed['data'], 'app' | 'error'>)
) & {
  /** What each app answered: of a re-run. */
  readonly answers?: Answers;
};

type Failed = Extract<Decided, { kind: 'failed' }>;

/** What the re-run decided, or what came of it in place of that: then nothing is known of what the apps answered. */
export type Made = RoutingDecision | (Omit<Failed, 'answers'> & { readonly trace?: undefined });

/** A text as it is stored, of whichever conversation. */
export interface StoredText {
  readonly to: Connection;
  readonly event: StoredEvent;
}

/** Of some it is known how their data are stored. */
export type StoredEvent = NewEvent & Pick<ToldEvent, 'json'>;

/** What was recorded: the verdict, and of the same decision its facts and its texts. */
export interface Recorded {
  readonly own: Connection;
  readonly verdict: NewEvent<MessageRouted | RoutingFailed>;
  readonly facts: readonly StoredEvent[];
  readonly texts: readonly StoredText[];
}

export const decidedThen = ({ own, verdict, facts, texts }: Recorded): Decided => {
  if (verdict.type === 'RoutingFailed') {
    const { app, phase, error } = verdict.data;
    return { kind: 'failed', app, phase, error };
  }
  const { outcome, app } = verdict.data;
  return {
    kind: 'routed',
    outcome,
    ...(app === undefined ? {} : { app }),
    texts: inOrder(verdict.id, texts).map(textThen),
    facts: facts.map(({ type, data }) => ({ type, data })),
    // Older decisions do not say what they went by either.
    ...(verdict.data.seen === undefined ? { listsOnly: own } : {}),
  };
};

const textThen = ({ to, event }: StoredText): ReplayedText => {
  const { text, app, priority, cancelledBy } = event.data as MessageSent['data'] &
    Partial<Pick<MessageCancelled['data'], 'cancelledBy'>>;
  return {
    to,
    text,
    ...(app === undefined ? {} : { app }),
    ...(priority === undefined ? {} : { priority }),
    ...(cancelledBy === undefined ? {} : { stoppedBy: cancelledBy }),
  };
};

/** Those to others are stored elsewhere: the ids, which count on from that of the verdict, tell the order of all. */
export const inOrder = (verdictId: string, texts: readonly StoredText[]): readonly StoredText[] =>
  texts.length < 2
    ? texts
    : [...texts].sort((one, other) => nth(verdictId, one.event.id) - nth(verdictId, other.event.id));

const tailLength = 12;
const tailRange = 16 ** tailLength;
const tailOf = (id: string): number => Number.parseInt(id.slice(-tailLength), 16);
const nth = (first: string, id: string): number => (tailOf(id) - tailOf(first) + tailRange) % tailRange;

/**
 * What the re-run decided, as it would have been stored.
 *
 * @returns a failure of the router for facts that are no JSON, as the router records it
 */
export const decidedNow = (decision: Made): Decided => {
  if (decision.kind === 'failed') {
    const { app, phase, error, trace } = decision;
    return {
      kind: 'failed',
      app,
      phase,
      error,
      ...(trace === undefined ? {} : { answers: answersOf(trace) }),
    };
  }
  const { outcome, app, texts, facts } = decision;
  try {
    return {
      kind: 'routed',
      outcome,
      ...(app === undefined ? {} : { app }),
      texts: texts.map(textNow),
      facts: facts.map(({ type, data }) => ({ type, data: JSON.parse(JSON.stringify(data)) as object })),
      answers: answersOf(decision.trace),
    };
  } catch (error) {
    return { kind: 'failed', app: 'router', phase: 'handle', error: (error as Error).message };
  }
};

/** How long each took says nothing. */
const answersOf = (trace: RoutingDecision['trace']): Answers =>
  trace.map(({ microseconds: _microseconds, ...answer }) => answer);

const textNow = ({
  to,
  text,
  app,
  priority,
  cancelledBy,
}: Extract<RoutingDecision, { kind: 'routed' }>['texts'][number]): ReplayedText => ({
  to,
  text,
  app,
  // What was stopped has no priority any more.
  ...(priority === undefined || cancelledBy !== undefined ? {} : { priority }),
  ...(cancelledBy === undefined ? {} : { stoppedBy: cancelledBy }),
});

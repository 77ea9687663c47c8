import { type Connection, connectionOf, conversationStream } from '../domain/connection.js';
import type { decideRouting } from '../domain/decide.js';
import type { DomainEvent } from '../domain/event.js';
import type {
  MessageRouted,
  MessageSent,
  RoutingFailed,
  RoutingOutcome,
  TraceEntry,
} from '../domain/events.js';

/** What became of a message, as a test wants to see it. */
export interface Reaction {
  readonly outcome: RoutingOutcome | 'failed';
  readonly app?: string;
  /** Why it failed. */
  readonly error?: string;
  /** What the sender gets, in order. */
  readonly replies: readonly string[];
  /** Everything that leaves, to whomever. */
  readonly sent: readonly (Connection & { readonly text: string })[];
  /** What the apps remembered, by its stored name. */
  readonly facts: readonly DomainEvent[];
  readonly trace: readonly TraceEntry[];
}

/** What a test sees of what would be stored. */
export const reactionTo = (connection: Connection, appends: ReturnType<typeof decideRouting>): Reaction => {
  const own = conversationStream(connection);
  const all = appends.flatMap(({ stream, events }) => events.map((event) => ({ ...event, stream })));
  const verdict = all.find(({ type }) => type === 'MessageRouted' || type === 'RoutingFailed');
  const data = verdict?.data as MessageRouted['data'] | RoutingFailed['data'];
  const texts = all.filter(({ type }) => type === 'MessageSent');
  return {
    outcome: 'outcome' in data ? data.outcome : 'failed',
    ...(data.app === undefined ? {} : { app: data.app }),
    ...('error' in data ? { error: data.error } : {}),
    replies: texts
      .filter(({ stream }) => stream === own)
      .map((event) => (event.data as MessageSent['data']).text),
    sent: texts.map((event) => ({
      ...(connectionOf(event.stream) ?? connection),
      text: (event.data as MessageSent['data']).text,
    })),
    facts: all.filter(({ type }) => type.includes('.')).map(({ type, data }) => ({ type, data })),
    trace: data.trace,
  };
};

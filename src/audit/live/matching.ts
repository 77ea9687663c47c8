import { connectionOf } from '../../domain/connection.js';
import type { RecordedEvent } from '../../domain/event.js';
import type { ConversationEvent } from '../../domain/events.js';
import { isMeantBy } from '../../domain/numbers.js';
import { folded } from '../../projections/words/fold.js';
import type { LiveQuestion } from './question.js';

type Test = (event: RecordedEvent) => boolean;

/** Whether an event is wanted: of what a store's own filter does not know. */
export const matching = (question: LiveQuestion): Test => {
  const { stream, backends, identity, apps, direction, outcomes, statuses, codes, words } = question;
  const tests: (Test | undefined)[] = [
    stream === undefined ? undefined : (event) => event.stream === stream,
    backends && ((event) => isOneOf(backends, connectionOf(event.stream)?.backend)),
    identity === undefined ? undefined : isWith(identity),
    apps && ((event) => isOneOf(apps, appOf(event))),
    direction && ((event) => directionOf(event) === direction),
    outcomes && ((event) => isOneOf(outcomes, field(event, 'outcome'))),
    statuses && ((event) => isOneOf(statuses, statusOf(event))),
    codes && ((event) => isOneOf(codes, field(event, 'code'))),
    words === undefined ? undefined : saysAll(words),
  ];
  const given = tests.filter((test) => test !== undefined);
  return (event) => given.every((test) => test(event));
};

const isOneOf = (wanted: readonly string[], value: string | undefined): boolean =>
  value !== undefined && wanted.includes(value);

const field = ({ data }: RecordedEvent, name: string): string | undefined => {
  const value = (data as Readonly<Record<string, unknown>> | null)?.[name];
  return typeof value === 'string' ? value : undefined;
};

/** A number is the same in any spelling that one may dial. */
const isWith =
  (identity: string): Test =>
  ({ stream }) => {
    const connection = connectionOf(stream);
    return connection !== undefined && isMeantBy(identity, connection.identity);
  };

/** The app that an event names, or whose fact it is. */
const appOf = (event: RecordedEvent): string | undefined => {
  const dot = event.type.indexOf('.');
  return dot > 0 ? event.type.slice(0, dot) : field(event, 'app');
};

/** What an event makes of the message that it is about, in the words of the projection `messages`. */
const statuses = {
  MessageReceived: ['in', 'waiting'],
  MessageRouted: ['in', undefined],
  RoutingFailed: ['in', 'failed'],
  MessageSent: ['out', 'sent'],
  MessageCancelled: ['out', 'cancelled'],
  MessageDispatched: ['out', 'dispatched'],
  DispatchFailed: ['out', 'retrying'],
  DispatchUnclear: ['out', 'unclear'],
  MessageAbandoned: ['out', 'abandoned'],
  DeliveryReported: ['out', undefined],
  MessageRequeued: [undefined, 'waiting'],
  MessageDiscarded: [undefined, 'discarded'],
} as const satisfies Record<
  ConversationEvent['type'],
  readonly ['in' | 'out' | undefined, string | undefined]
>;

const known = ({ type }: RecordedEvent): readonly [string | undefined, string | undefined] =>
  Object.hasOwn(statuses, type) ? statuses[type as keyof typeof statuses] : [undefined, undefined];

const directionOf = (event: RecordedEvent): string | undefined => {
  const told = field(event, 'direction');
  return known(event)[0] ?? (told === undefined ? undefined : told === 'inbound' ? 'in' : 'out');
};

const statusOf = (event: RecordedEvent): string | undefined =>
  known(event)[1] ?? field(event, 'status') ?? field(event, 'outcome');

/** All of the words, in any order; accents and case do not matter. */
const saysAll = (words: string): Test => {
  const wanted = folded(words)
    .split(/\s+/)
    .filter((word) => word !== '');
  return (event) => {
    const text = field(event, 'text');
    if (text === undefined) return false;
    const told = folded(text);
    return wanted.every((word) => told.includes(word));
  };
};

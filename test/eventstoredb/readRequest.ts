import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import type { EventLog, LoggedEvent } from './log.js';
import { nameOf } from './messages.js';
import { failures } from './refusals.js';

/** What a read is over: the events of a stream or of $all, and where in them it begins. */
export interface Source {
  /** As it is now: grows while a subscription lives. */
  events(): readonly LoggedEvent[];
  /** Index of the first event to send forwards; backwards, one more than that of the first. */
  readonly start: number;
}

type Options = ReadReq.Options;

/** @throws a refusal, as the server answers it; `not-found` is told apart because it is no error of the call */
export const sourceOf = (log: EventLog, options: Options): Source | 'not-found' =>
  options.hasAll() ? allSource(log, options) : streamSource(log, options);

const backwards = (options: Options) => options.getReadDirection() === 1;

const allSource = (log: EventLog, options: Options): Source => {
  const all = options.getAll();
  const events = () => log.all;
  if (all?.hasEnd()) return { events, start: log.all.length };
  const position = all?.getPosition();
  if (position === undefined) return { events, start: backwards(options) ? log.all.length : 0 };
  const index = log.indexOf(Number(position.getCommitPosition()));
  if (index === -1 || position.getPreparePosition() !== position.getCommitPosition())
    throw failures.badPosition();
  // Reading includes the event at the position, subscribing does not; backwards a position is the end of what precedes it.
  return { events, start: options.hasSubscription() ? index + 1 : index };
};

const streamSource = (log: EventLog, options: Options): Source | 'not-found' => {
  const given = options.getStream();
  const name = nameOf(given?.getStreamIdentifier());
  const stream = log.stream(name);
  if (stream.tombstoned) throw failures.streamDeleted(name);
  if (!stream.exists && !options.hasSubscription()) return 'not-found';
  const events = () => stream.visible();
  const now = events();
  if (given?.hasEnd()) return { events, start: now.length };
  if (!given?.hasRevision()) return { events, start: backwards(options) ? now.length : 0 };
  const revision = Number(given.getRevision());
  const after = backwards(options) || options.hasSubscription();
  const index = now.findIndex((event) => (after ? event.revision > revision : event.revision >= revision));
  return { events, start: index === -1 ? now.length : index };
};

export type Matches = (event: LoggedEvent) => boolean;

export const filterOf = (options: Options): Matches => {
  const filter = options.getFilter();
  if (!filter) return () => true;
  const expression = filter.getStreamIdentifier() ?? filter.getEventType();
  const subject = filter.hasStreamIdentifier()
    ? ({ stream }: LoggedEvent) => stream
    : ({ type }: LoggedEvent) => type;
  const prefixes = expression?.getPrefixList() ?? [];
  if (prefixes.length > 0) return (event) => prefixes.some((prefix) => subject(event).startsWith(prefix));
  const regex = new RegExp(expression?.getRegex() ?? '', 'u');
  return (event) => regex.test(subject(event));
};

/** After how many events looked at a filtered subscription tells how far it is. */
export const checkpointEvery = (options: Options): number => {
  const filter = options.getFilter();
  if (!filter) return Number.POSITIVE_INFINITY;
  return (filter.hasMax() ? filter.getMax() : 32) * filter.getCheckpointintervalmultiplier();
};

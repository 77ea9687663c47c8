import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import type { EventLog, LoggedEvent } from './log.js';
import { nameOf } from './messages.js';
import { beforeAll, firstFrom, type Place, placeAt } from './order.js';
import { failures } from './refusals.js';

type Options = ReadReq.Options;

/** What a read is over: a stream or $all. */
export interface Source {
  /** Of the stream; `$all`. */
  readonly name: string;
  /** As it is now: grows while a subscription lives, and loses events to a scavenge. */
  events(): readonly LoggedEvent[];
  /** What they are in order of: revisions in a stream, positions in $all. */
  readonly orderOf: (event: LoggedEvent) => number;
  /** Where the next event will be. */
  end(): number;
  /** From its readers, though it is there. */
  hides(event: LoggedEvent): boolean;
}

export const sourceOf = (log: EventLog, options: Options): Source => {
  if (options.hasAll()) {
    return {
      name: '$all',
      events: () => log.all,
      orderOf: ({ position }) => position,
      end: () => log.end,
      hides: () => false,
    };
  }
  const name = nameOf(options.getStream()?.getStreamIdentifier());
  return {
    name,
    events: () => log.streams.of(name).events,
    orderOf: ({ revision }) => revision,
    end: () => log.streams.of(name).last + 1,
    hides: (event) => log.streams.hides(event),
  };
};

export const indexFrom = (source: Source, place: number): number =>
  firstFrom(source.events(), place, source.orderOf);

export const lastOf = (source: Source): number => {
  const last = source.events().at(-1);
  return last ? source.orderOf(last) : -1;
};

const largest = 2 ** 64;

/** Where the request begins: `end`, or a place. What is no position reads as the end, as it does on the server. */
export const startOf = (options: Options): Place | 'end' => {
  const all = options.getAll();
  const stream = options.getStream();
  if (all?.hasEnd() || stream?.hasEnd()) return 'end';
  if (stream?.hasRevision()) return placeAt(Number(stream.getRevision()));
  const position = all?.getPosition();
  if (position === undefined) return beforeAll;
  const place = {
    commit: Number(position.getCommitPosition()),
    prepare: Number(position.getPreparePosition()),
  };
  return place.commit === largest ? 'end' : place;
};

/** Only where a record begins can be read; where a scavenge went, anywhere. */
export const isPlace = (log: EventLog, source: Source, { commit }: Place): boolean => {
  if (source.name !== '$all' || commit <= 0 || commit < log.scavengedTo || commit === log.end) return true;
  return log.all[log.indexFrom(commit)]?.position === commit;
};

/** The events in order of being read, with what is written meanwhile. */
export function* walk(source: Source, start: Place | 'end', backwards: boolean): Generator<LoggedEvent> {
  let next = firstOrder(source, start, backwards);
  for (;;) {
    const index = indexFrom(source, next);
    const event = source.events()[backwards ? index - 1 : index];
    if (event === undefined) return;
    if (!source.hides(event)) yield event;
    next = backwards ? source.orderOf(event) : source.orderOf(event) + 1;
  }
}

/** Forwards that of the first event, which is included; backwards the one that is no longer. */
const firstOrder = (source: Source, start: Place | 'end', backwards: boolean): number => {
  if (start === 'end') return source.end();
  // Backwards a revision is included, and a position is the end of what precedes it.
  if (backwards) return source.name === '$all' ? start.commit : Math.max(start.commit, 0) + 1;
  return start.prepare > start.commit ? start.commit + 1 : start.commit;
};

/** @throws {Error} what the server answers when it cannot begin there */
export const checkStart = (log: EventLog, source: Source, start: Place | 'end', backwards: boolean): void => {
  const all = source.name === '$all';
  if (start === 'end') {
    if (!all && !backwards) throw failures.unexpected('ReadStreamResult', 'Error');
  } else if (all && start.commit > log.end) {
    if (backwards) throw failures.unexpected('ReadAllResult', 'Error');
  } else if (!isPlace(log, source, start)) throw failures.unexpected('ReadAllResult', 'InvalidPosition');
};
